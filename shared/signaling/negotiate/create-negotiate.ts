import { SIGNALING_PROTOCOL } from '../../contract/signaling/message.ts'
import type { NegotiateRequest, Negotiation } from '../../contract/signaling/negotiation.ts'
import type { Clock } from '../../kernel/clock.ts'
import { unavailable } from '../../kernel/errors.ts'
import type { Sockets } from '../sockets.ts'

/** Makes an address for an agent that wants to connect. @throws GatewayError 503, also when all places are taken. */
export type NegotiateSocket = (request: NegotiateRequest) => Promise<Negotiation>

const MINUTE_MS = 60_000

export const createNegotiate = (options: {
  sockets: Pick<Sockets, 'clientUrl'>
  gatewayDid: string
  /** `expiresAt`: milliseconds since the epoch. */
  nonces: { issue(): { nonce: string; expiresAt: number } }
  capacity: { isFull(): Promise<boolean> }
  /** How long an address is good. */
  minutes: number
  clock: Clock
}): NegotiateSocket => {
  const { sockets, gatewayDid, nonces, capacity, minutes, clock } = options
  return async ({ nonce: wantsNonce }) => {
    if (await capacity.isFull()) {
      throw unavailable('As many agents are connected as the gateway takes. Try again later.')
    }
    const issued = wantsNonce ? nonces.issue() : undefined
    const expiresAt = Math.min(clock.now() + minutes * MINUTE_MS, issued?.expiresAt ?? Infinity)
    const query = issued === undefined ? {} : { nonce: issued.nonce }
    return {
      url: await sockets.clientUrl({ minutes, query }),
      protocol: SIGNALING_PROTOCOL,
      gateway_did: gatewayDid,
      expires_at: new Date(expiresAt).toISOString(),
      ...query,
    }
  }
}
