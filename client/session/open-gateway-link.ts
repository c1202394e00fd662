import { Negotiation } from '../../shared/contract/signaling/negotiation.ts'
import { SIGNALING_PROTOCOL } from '../../shared/contract/signaling/message.ts'
import type { GatewayUrl } from '../http/gateway-url.ts'
import { type HttpOptions, requestJson } from '../http/request-json.ts'
import type { Platform } from '../platform.ts'
import { type Link, type LinkEnd, openLink } from './open-link.ts'

/** A connection to the gateway, and what was said about it beforehand. */
export type GatewayLink = Link & { nonce?: string; gatewayDid?: string }

export type LinkEvents = { onText: (text: string) => void; onEnd: (end: LinkEnd) => void }

/**
 * Connects to the gateway: at the WebSocket address that was given, or at the one that POST /ws/negotiate gives, which is
 * new each time.
 */
export const createOpenGatewayLink = (options: {
  url: GatewayUrl
  apiKey?: string | undefined
  platform: Platform
}) => {
  const { url, apiKey, platform } = options
  const http: HttpOptions = { http: url.http, apiKey, platform }

  const openNegotiated = async (events: LinkEvents): Promise<GatewayLink> => {
    const asked = { path: '/ws/negotiate', method: 'POST', body: { nonce: true } }
    const answer = await requestJson(http, Negotiation, asked)
    const link = await openLink({ url: answer.url, protocol: answer.protocol, platform, ...events })
    const { nonce } = answer
    return { ...link, gatewayDid: answer.gateway_did, ...(nonce === undefined ? {} : { nonce }) }
  }

  return async (events: LinkEvents): Promise<GatewayLink> => {
    if (url.socket === undefined) return openNegotiated(events)
    try {
      return await openLink({ url: url.socket, protocol: SIGNALING_PROTOCOL, platform, ...events })
    } catch (error) {
      // A gateway that cannot upgrade answers 426, which programs are not shown.
      return openNegotiated(events).catch(() => {
        throw error
      })
    }
  }
}
