import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { unauthorized } from '../kernel/errors.ts'

/** A ticket and when it ends (milliseconds since the epoch). */
export type Ticket = { ticket: string; expiresAt: number }

export type Tickets = {
  /**
   * @param opens the stream behind the id, where that is another one.
   * @throws GatewayError 503 when the deployment has no secret.
   */
  issue(stream: string, opens?: string): Ticket
  /**
   * @returns the stream behind the id, where that is another one.
   * @throws GatewayError 401 when the ticket is forged, of another stream, or over; 503 as for `issue`.
   */
  verify(ticket: string, stream: string): string | undefined
}

/**
 * "t1", the end in seconds since the epoch, and a signature over both and the stream. "t2" also names the stream that
 * it opens, in base64url: the signature covers that too.
 */
const FORM = /^(?:t1\.(\d{1,12})|t2\.(\d{1,12})\.([\w-]{1,2048}))\.([\w-]{43})$/

const headOf = (until: string, opens?: string): string =>
  opens === undefined ? `t1.${until}` : `t2.${until}.${opens}`

const KEY_BYTES = 32

const invalid = (message: string): Error =>
  unauthorized('invalid_credentials', `${message} Ask /stream/{task_id}/negotiate for a new ticket.`)

/**
 * Tickets let a client that cannot send headers (EventSource, a browser's WebSocket) watch one stream for some minutes.
 * Signed with HMAC-SHA-256 by a key derived from the secret (HKDF), so that every instance accepts them; they do not
 * contain the id in the path.
 */
export const createTickets = (options: { secret: () => string; clock: Clock; minutes: number }): Tickets => {
  const { secret, clock, minutes } = options
  let key: Buffer | undefined

  const sign = (head: string, stream: string): string => {
    key ??= Buffer.from(hkdfSync('sha256', secret(), '', 'agent-gateway stream ticket', KEY_BYTES))
    return createHmac('sha256', key).update(`${head}.${stream}`).digest('base64url')
  }

  return {
    issue: (stream, opens) => {
      const until = Math.ceil(clock.now() / 1000 + minutes * 60)
      const behind = opens === undefined ? undefined : Buffer.from(opens, 'utf8').toString('base64url')
      const head = headOf(String(until), behind)
      return { ticket: `${head}.${sign(head, stream)}`, expiresAt: until * 1000 }
    },
    verify: (ticket, stream) => {
      const [, plain, named, opens, signature = ''] = FORM.exec(ticket) ?? []
      const until = plain ?? named ?? ''
      const presented = Buffer.from(signature)
      const expected = Buffer.from(sign(headOf(until, opens), stream))
      if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) {
        throw invalid('The ticket is not one for this stream.')
      }
      if (Number(until) * 1000 <= clock.now()) throw invalid('The ticket is over.')
      return opens === undefined ? undefined : Buffer.from(opens, 'base64url').toString('utf8')
    },
  }
}
