import type { Clock } from '../../kernel/clock.ts'
import type { MessagePublisher } from '../bus/message-publisher.ts'
import type { Session } from '../sessions/session.ts'
import { toEnvelope } from './to-envelope.ts'

/** Has somebody look after a call whose maker may have died, `delayMs` from now. */
export type GuardCall = (session: Session, delayMs: number) => Promise<void>

export const createGuardCall =
  (options: {
    publisher: Pick<MessagePublisher, 'publishRequest'>
    clock: Clock
    requestTtlMs: number
  }): GuardCall =>
  (session, delayMs) => {
    const envelope = toEnvelope(session, {
      now: options.clock.now(),
      ttl: options.requestTtlMs,
      guard: true,
    })
    return options.publisher.publishRequest(envelope, '{}', { delayMs })
  }
