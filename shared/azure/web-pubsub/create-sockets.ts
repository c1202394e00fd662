import { randomUUID } from 'node:crypto'
import type { WebPubSubServiceClient } from '@azure/web-pubsub'
import { unavailable } from '../../kernel/errors.ts'
import { inboxGroup } from '../../kernel/ids.ts'
import type { Sockets } from '../../signaling/sockets.ts'
import type { Link } from './open-link.ts'

/** Milliseconds after which a call of the service counts as failed. */
const TIMEOUT_MS = 5000
const once = { requestOptions: { timeout: TIMEOUT_MS } }
/** A frame goes out as it came in. */
const asText = { ...once, contentType: 'text/plain' } as const

/** Bytes of a message on the link, what stands around the frame included: the service ends a link with more than 1 MiB. */
const LINK_BYTES = 1_000_000
/** A character becomes at most six in JSON. */
const MAX_GROWTH = 6

/** On the link a frame is a text within JSON, where it can be much longer. */
const fitsLink = (frame: string): boolean =>
  frame.length * MAX_GROWTH <= LINK_BYTES || Buffer.byteLength(JSON.stringify(frame)) <= LINK_BYTES

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && error.statusCode === 404

const notAnswering = (cause: unknown): Error =>
  unavailable('Web PubSub does not answer. Send the message again when it is back.', { cause })

/** The connections of the hub `agents`. @param service of that hub @param link this process's socket there */
export const createSockets = ({
  service,
  link,
}: {
  service: () => Promise<WebPubSubServiceClient>
  link: () => Link
}): Sockets => {
  /** False when there is no such connection. */
  const call = async (operation: (rest: WebPubSubServiceClient) => Promise<void>): Promise<boolean> => {
    try {
      await operation(await service())
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw notAnswering(error)
    }
  }
  return {
    forward: async (did, frame) => {
      const group = inboxGroup(did)
      try {
        if (fitsLink(frame)) return await link().deliver(group, frame)
      } catch {
        // It goes by REST. A frame whose acknowledgement was lost with the link arrives twice.
      }
      await call((rest) => rest.group(group).sendToAll(frame, asText))
    },
    send: async (connectionId, frame) => {
      await call((rest) => rest.sendToConnection(connectionId, frame, asText))
    },
    join: (connectionId, did) =>
      call((rest) => rest.group(inboxGroup(did)).addConnection(connectionId, once)),
    close: async (connectionId, reason) => {
      await call((rest) => rest.closeConnection(connectionId, { ...once, reason }))
    },
    clientUrl: async ({ minutes, query }) => {
      const { url } = await (
        await service()
      ).getClientAccessToken({ userId: `agent-${randomUUID()}`, expirationTimeInMinutes: minutes })
      const address = new URL(url)
      for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
      return address.href
    },
  }
}
