import type { Clock } from '../../kernel/clock.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { BeginCall } from './begin-call.ts'

/** When whoever writes the log of a task died, has somebody else go on. */
export type ReviveCall = (stream: string) => Promise<void>

export const createReviveCall =
  (options: { sessions: SessionStore; begin: Pick<BeginCall, 'guard'>; clock: Clock }): ReviveCall =>
  async (stream) => {
    const { sessions, begin, clock } = options
    const first = await sessions.get(stream)
    const next = first?.session.continuedBy
    const writer = next === undefined ? first : await sessions.get(next)
    const { session } = writer ?? {}
    if (session?.state !== 'active' || session.holder === undefined) return
    if ((session.leaseUntil ?? 0) <= clock.now()) await begin.guard(session, 0)
  }
