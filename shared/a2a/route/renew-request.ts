import { createHash } from 'node:crypto'
import { ulid } from 'ulid'
import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import type { Clock } from '../../kernel/clock.ts'
import { conflict } from '../../kernel/errors.ts'
import { decodeMessage } from '../bus/decode-message.ts'
import { toBody } from '../bus/encode-message.ts'
import { isAnswered } from '../sessions/is-answered.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { credentialsContext } from './to-envelope.ts'

/** A dead letter that was a request, as far as it matters here. */
export type DeadRequest = { key: string; quarantined_at: string }

/**
 * Makes the request of a dead letter anew: with a correlation id of its own and the time of now. What is no envelope (a
 * part of a larger one, say), or only a reminder, stays as it is.
 * @throws GatewayError 409 when the request was answered meanwhile, or is being worked on.
 */
export type RenewRequest = (
  letter: DeadRequest,
  body: Uint8Array,
) => Promise<{ body: Uint8Array; correlationId?: string }>

/** Of the letter alone: a letter that is redriven twice, because a process died, is one call still. */
const idOf = ({ key, quarantined_at }: DeadRequest): string => {
  const digest = createHash('sha256').update(key).digest()
  let at = 0
  return ulid(Date.parse(quarantined_at), () => digest.readUInt8(at++) / 256)
}

export const createRenewRequest = (options: {
  sessions: Pick<SessionStore, 'get'>
  /** Sealed credentials open for one correlation id only (shared/kernel/seal.ts). */
  open(sealed: string, context: string): string
  seal(text: string, context: string): string
  clock: Clock
}): RenewRequest => {
  const { sessions, clock } = options

  const refuseKnown = async (correlationId: string): Promise<void> => {
    const session = (await sessions.get(correlationId))?.session
    if (session === undefined) return
    if (isAnswered(session)) {
      throw conflict(
        `The request "${correlationId}" was answered meanwhile (its call is ${session.state}); made again, it could take effect twice. Purge the dead letter.`,
      )
    }
    if (session.state === 'active' && (session.leaseUntil ?? 0) > clock.now()) {
      throw conflict(`The request "${correlationId}" is being worked on right now. Try again later.`)
    }
  }

  const renewCredentials = (
    { credentials, correlation_id }: MessageEnvelope,
    correlationId: string,
  ): Partial<MessageEnvelope> => {
    if (credentials === undefined) return {}
    const text = options.open(credentials, credentialsContext(correlation_id))
    return { credentials: options.seal(text, credentialsContext(correlationId)) }
  }

  return async (letter, body) => {
    const decoded = decodeMessage(body)
    if ('rejection' in decoded || decoded.envelope.guard) return { body }
    const { envelope, payload } = decoded
    const { correlation_id: before, redrive_of: first = before } = envelope
    for (const known of new Set([first, before])) await refuseKnown(known)
    const correlationId = idOf(letter)
    const renewed = {
      ...envelope,
      ...renewCredentials(envelope, correlationId),
      correlation_id: correlationId,
      redrive_of: first,
      timestamp: clock.now(),
    }
    return { body: toBody(renewed, [['payload', payload]]), correlationId }
  }
}
