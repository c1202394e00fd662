import type { Negotiation } from '../../contract/signaling/negotiation.ts'

/** The answer to a WebSocket handshake that has come to where no socket can be held. */
export type UpgradeAnswer = {
  status: 426
  headers: Readonly<Record<string, string>>
  json: Negotiation & { message: string }
}

/**
 * Sends a client to the address where it can connect. RFC 9110, 15.5.22 asks for Upgrade, which belongs to one
 * connection: proxies in front of the app, the Functions host among them, take it off.
 */
export const toUpgradeAnswer = (negotiation: Negotiation): UpgradeAnswer => ({
  status: 426,
  headers: {
    upgrade: 'websocket',
    connection: 'upgrade',
    link: `<${negotiation.url}>; rel="alternate"`,
    'cache-control': 'no-store',
  },
  json: {
    ...negotiation,
    message: `No WebSocket can be opened at this address. Open one at url with the sub-protocol ${negotiation.protocol}.`,
  },
})
