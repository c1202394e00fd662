import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Session } from './session.ts'
import type { FoundSession, SessionStore } from './session-store.ts'
import { ABORTED } from '../../kernel/aborted.ts'

/** The right to make a call, held by one process until it is given back or another one has taken it over. */
export type Claim = {
  session(): Session
  /** Changes the session; a change of somebody else in between is kept. @throws Error when the claim is lost. */
  change(members: Partial<Session>): Promise<void>
  /** Aborts when another process has taken over: what is said from then on is not ours to write. */
  lost: AbortSignal
  /** Ends the claim with the session's last state. */
  release(members: Partial<Session>): Promise<void>
  /** Stops renewing, without a word: as if this process had died. */
  abandon(): void
}

/** A lease is renewed so often that two renewals may fail. */
const RENEWALS_PER_LEASE = 3

type Renewal = {
  clock: Clock
  log: Log
  leaseMs: number
  onRenew(session: Session): Promise<void>
  change: Claim['change']
  session: Claim['session']
}

/** Renews a lease until `over` aborts. A renewal that fails is one of those that may. */
const renewLease = async (renewal: Renewal, over: AbortSignal): Promise<void> => {
  const { clock, log, leaseMs, change, session, onRenew } = renewal
  for (;;) {
    await clock.sleep(leaseMs / RENEWALS_PER_LEASE, over)
    if (over.aborted) return
    try {
      await change({ leaseUntil: clock.now() + leaseMs })
      await onRenew(session())
    } catch (error) {
      log.warn('The lease of a call could not be renewed.', {
        error,
        correlation_id: session().correlationId,
      })
    }
  }
}

export const holdClaim = (options: {
  sessions: SessionStore
  found: FoundSession
  clock: Clock
  log: Log
  leaseMs: number
  /** Called with each renewal: the call lasts. */
  onRenew(session: Session): Promise<void>
}): Claim => {
  const { sessions, clock } = options
  let { session, version } = options.found
  const lost = new AbortController()
  const over = new AbortController()
  let last: Promise<void> = Promise.resolve()

  const write = async (members: Partial<Session>): Promise<void> => {
    for (;;) {
      const next = { ...session, ...members, lastActivity: clock.now() }
      const written = await sessions.set(next, version)
      if (written !== undefined) {
        session = next
        version = written
        return
      }
      const found = await sessions.get(session.correlationId)
      if (
        found === undefined ||
        found.session.epoch !== session.epoch ||
        found.session.holder !== session.holder
      ) {
        lost.abort(ABORTED)
        throw new Error('The claim of a call was taken over.')
      }
      session = found.session
      version = found.version
    }
  }

  /** One change after the other: each replaces the row that the last one has written. */
  const change = (members: Partial<Session>): Promise<void> => {
    const result = last.then(() => write(members))
    last = result.catch(() => undefined)
    return result
  }

  void renewLease({ ...options, change, session: () => session }, AbortSignal.any([over.signal, lost.signal]))

  return {
    session: () => session,
    change,
    lost: lost.signal,
    release: async (members) => {
      over.abort(ABORTED)
      await change({ ...members, leaseUntil: 0 })
    },
    abandon: () => over.abort(ABORTED),
  }
}
