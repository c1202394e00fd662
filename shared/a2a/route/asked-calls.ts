import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { Session } from '../sessions/session.ts'
import type { AdoptRedrive } from './adopt-redrive.ts'

/** The sessions of calls that another deployment was asked to make. */
export type AskedCalls = {
  /** The session that a response is for, after taking note of an attempt that is later than the one it knows. */
  find(envelope: MessageEnvelope): Promise<Session | undefined>
  /** Notes how a call stands that was active; `active`: it goes on, although nothing was said. */
  note(session: Session, state: Session['state']): Promise<void>
}

/** Sessions that are remembered between two responses of one call. */
const CACHED_SESSIONS = 10_000

/**
 * How long they are: the lane of a call comes back from another instance, which may know of a later attempt, only after
 * it was idle twice (`sessionIdleTimeout` in host.json, 1 s).
 */
const CACHED_MS = 1000

export const createAskedCalls = (options: {
  sessions: SessionStore
  adopt: AdoptRedrive
  clock: Clock
}): AskedCalls => {
  const { sessions, adopt, clock } = options
  const cache = new BoundedMap<string, { session: Session; readAt: number }>(CACHED_SESSIONS)

  const remember = (session: Session): Session => {
    cache.set(session.correlationId, { session, readAt: clock.now() })
    return session
  }

  return {
    find: async (envelope) => {
      const { correlation_id, epoch } = envelope
      const known = cache.get(correlation_id)
      const isFresh = known !== undefined && clock.now() - known.readAt < CACHED_MS
      if (isFresh && known.session.epoch === epoch) return known.session
      for (;;) {
        const found = (await sessions.get(correlation_id)) ?? (await adopt(envelope))
        if (found === undefined) return undefined
        // Only who was asked may say that a later attempt counts.
        const isAsked = found.session.toProxy === envelope.from_proxy
        if (epoch <= found.session.epoch || !isAsked) return remember(found.session)
        const session = { ...found.session, epoch, lastActivity: clock.now() }
        if ((await sessions.set(session, found.version)) !== undefined) return remember(session)
      }
    },
    note: async ({ correlationId }, state) => {
      if (state !== 'active') cache.delete(correlationId)
      const found = await sessions.get(correlationId)
      if (found?.session.state !== 'active') return
      await sessions.set({ ...found.session, state, lastActivity: clock.now() }, found.version)
    },
  }
}
