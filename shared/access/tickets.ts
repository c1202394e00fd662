import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { unauthorized } from '../kernel/errors.ts'

/** A ticket and when it ends (milliseconds since the epoch). */
export type Ticket = { ticket: string; expiresAt: number }

export type Tickets = {
  /** @throws GatewayError 503 when the deployment has no secret. */
  issue(stream: string): Ticket
  /** @throws GatewayError 401 when the ticket is forged, of another stream, or over; 503 as for `issue`. */
  verify(ticket: string, stream: string): void
}

/** "t1", the end in seconds since the epoch, and a signature over both and the stream. */
const FORM = /^t1\.(\d{1,12})\.([\w-]{43})$/

const KEY_BYTES = 32

const invalid = (message: string): Error =>
  unauthorized('invalid_credentials', `${message} Ask /stream/{task_id}/negotiate for a new ticket.`)

/**
 * Tickets let a client that cannot send headers (EventSource, a browser's WebSocket) watch one stream for some minutes.
 * Signed with HMAC-SHA-256 by a key derived from the secret (HKDF), so that every instance accepts them; they do not
 * contain the stream's id.
 */
export const createTickets = (options: { secret: () => string; clock: Clock; minutes: number }): Tickets => {
  const { secret, clock, minutes } = options
  let key: Buffer | undefined

  const sign = (stream: string, until: string): string => {
    key ??= Buffer.from(hkdfSync('sha256', secret(), '', 'agent-gateway stream ticket', KEY_BYTES))
    return createHmac('sha256', key).update(`t1.${until}.${stream}`).digest('base64url')
  }

  return {
    issue: (stream) => {
      const until = Math.ceil(clock.now() / 1000 + minutes * 60)
      const signature = sign(stream, String(until))
      return { ticket: `t1.${until}.${signature}`, expiresAt: until * 1000 }
    },
    verify: (ticket, stream) => {
      const [, until = '', signature = ''] = FORM.exec(ticket) ?? []
      const presented = Buffer.from(signature)
      const expected = Buffer.from(sign(stream, until))
      if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) {
        throw invalid('The ticket is not one for this stream.')
      }
      if (Number(until) * 1000 <= clock.now()) throw invalid('The ticket is over.')
    },
  }
}
