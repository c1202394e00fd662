import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { FoundSession, SessionStore } from './session-store.ts'
import type { Session } from './session.ts'

/** Takes the claim of a request from the bus, on top of what was found; undefined when somebody else was faster. */
export type TakeClaim = (
  envelope: MessageEnvelope,
  found: FoundSession | undefined,
) => Promise<FoundSession | undefined>

export const createTakeClaim = (options: {
  sessions: SessionStore
  clock: Clock
  proxyId: string
  holder: string
  leaseMs: number
}): TakeClaim => {
  const { sessions, clock, holder, leaseMs } = options

  const newSession = (envelope: MessageEnvelope): Session => ({
    correlationId: envelope.correlation_id,
    agentId: envelope.to_agent,
    operation: envelope.operation,
    subject: envelope.from_agent,
    toProxy: options.proxyId,
    fromProxy: envelope.from_proxy,
    state: 'active',
    createdAt: clock.now(),
    lastActivity: clock.now(),
    epoch: 1,
    ...(envelope.redrive_of === undefined ? {} : { redriveOf: envelope.redrive_of }),
  })

  return async (envelope, found) => {
    const before = found?.session ?? newSession(envelope)
    const epoch = before.holder === undefined ? before.epoch : before.epoch + 1
    const session = {
      ...before,
      epoch,
      holder,
      leaseUntil: clock.now() + leaseMs,
      lastActivity: clock.now(),
    }
    const version =
      found === undefined ? await sessions.create(session) : await sessions.set(session, found.version)
    return version === undefined ? undefined : { session, version }
  }
}
