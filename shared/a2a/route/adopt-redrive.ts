import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import type { Clock } from '../../kernel/clock.ts'
import { isAnswered } from '../sessions/is-answered.ts'
import type { FoundSession, SessionStore } from '../sessions/session-store.ts'
import type { Session } from '../sessions/session.ts'

/**
 * The session of a request that was made anew from a dead letter: opened by that of the request as this deployment had
 * sent it, for the same subject. Undefined when nobody has sent that, to this deployment and agent, or it was answered.
 */
export type AdoptRedrive = (envelope: MessageEnvelope) => Promise<FoundSession | undefined>

export const createAdoptRedrive =
  (options: { sessions: SessionStore; clock: Clock }): AdoptRedrive =>
  async ({ correlation_id: correlationId, redrive_of: before, from_proxy, to_agent }) => {
    const { sessions, clock } = options
    const session = before === undefined ? undefined : (await sessions.get(before))?.session
    if (session === undefined || isAnswered(session)) return undefined
    if (session.toProxy !== from_proxy || session.agentId !== to_agent) return undefined
    const now = clock.now()
    const begun = { correlationId, state: 'active', epoch: 1, createdAt: now, lastActivity: now } as const
    await sessions.create({ ...session, ...begun } satisfies Session)
    return sessions.get(correlationId)
  }
