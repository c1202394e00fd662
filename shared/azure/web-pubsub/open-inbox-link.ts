import type { WebPubSubServiceClient } from '@azure/web-pubsub'
import { GATEWAY_USER } from '../../signaling/hub-event.ts'
import { type Link, type LinkOptions, openLink } from './open-link.ts'

/** All that the gateway's own socket does on the hub `agents` is sending to inboxes. */
const ROLES = ['webpubsub.sendToGroups.inbox.**']

/** This process's socket on the hub `agents`. @param service of that hub */
export const openInboxLink = ({
  service,
  ...options
}: Pick<LinkOptions, 'clock' | 'log'> & { service: () => Promise<WebPubSubServiceClient> }): Link =>
  openLink({
    ...options,
    getUrl: async () => {
      const { url } = await (await service()).getClientAccessToken({ userId: GATEWAY_USER, roles: ROLES })
      return url
    },
    meanwhile: 'frames for agents go by REST',
  })
