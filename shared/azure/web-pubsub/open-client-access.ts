import { randomUUID } from 'node:crypto'
import type { WebPubSubServiceClient } from '@azure/web-pubsub'
import { streamGroup } from '../../kernel/ids.ts'

/** A WebSocket address that listens to one stream and can do nothing else. */
export type ClientAccess = { url: string; protocol: string; group: string }

/** The sub-protocol that viewers should speak: it resumes after a short loss of the connection. */
const VIEWER_PROTOCOL = 'json.reliable.webpubsub.azure.v1'

/** Makes addresses for viewers: the group is put into the token, no role is, and the user is random. */
export const createClientAccess =
  (service: () => Promise<WebPubSubServiceClient>) =>
  async (stream: string, expiresInMinutes: number): Promise<ClientAccess> => {
    const group = streamGroup(stream)
    const { url } = await (
      await service()
    ).getClientAccessToken({
      userId: `viewer-${randomUUID()}`,
      groups: [group],
      roles: [],
      expirationTimeInMinutes: expiresInMinutes,
    })
    return { url, protocol: VIEWER_PROTOCOL, group }
  }
