import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { StreamState } from '../../streams/stream-state.ts'
import { type A2aFailure, a2aFailure } from '../a2a-failure.ts'
import type { TaskLog } from '../log/task-log.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { Session } from '../sessions/session.ts'
import type { GuardCall } from './guard-call.ts'

/** Sees to it that nobody waits for ever for a call that nobody makes any more. */
export type LookAfterCall = {
  /** Looks whether somebody still writes a log; has the call continued, or ended where nobody can go on with it. */
  lookAfter(stream: string): Promise<void>
  /** Ends the log of a call that nobody goes on with. Repeating it is harmless. */
  abandon(session: Session): Promise<void>
}

const broken = ({ toProxy }: Session, begun: boolean): A2aFailure => {
  const silence = `The deployment "${toProxy}", which makes the call, gives no sign of life any more`
  return begun
    ? a2aFailure('AGENT_FAILED', `${silence}. Get the task to see how it stands, and look at /health there.`)
    : a2aFailure(
        'OUTCOME_UNKNOWN',
        `${silence}, and has not said anything before. Whether the call took effect is not known. Look at /health there, ask the agent, then send again if needed.`,
      )
}

export const createLookAfterCall = (options: {
  sessions: SessionStore
  guard: GuardCall
  taskLog: TaskLog
  store: Pick<StreamStateStore, 'read'>
  clock: Clock
  proxyId: string
  leaseMs: number
  /** How long a call that another deployment makes may be silent. */
  idleMs: number
}): LookAfterCall => {
  const { sessions, taskLog, store, clock } = options

  const readLog = async ({ correlationId }: Session): Promise<StreamState | undefined> =>
    (await store.read(correlationId))?.value

  const close = async (session: Session, log: StreamState | undefined): Promise<void> => {
    if (log !== undefined && log.status !== 'open') return
    const { value: error } = broken(session, log !== undefined)
    try {
      // What the silent one may still say is of an older epoch.
      await taskLog.write(session, [{ kind: 'failure', error }], { epoch: session.epoch + 1, sequence: 0 })
    } catch (error_) {
      // The time of the log is over, or somebody else has ended it just now.
      if (!(error_ instanceof GatewayError && error_.code === 'conflict')) throw error_
    }
  }

  /** The call that writes the log: the one that began it, or the last one that went on with its task. */
  const findWriter = async (stream: string): ReturnType<SessionStore['get']> => {
    const first = await sessions.get(stream)
    const next = first?.session.continuedBy
    return next === undefined ? first : sessions.get(next)
  }

  return {
    lookAfter: async (stream) => {
      const found = await findWriter(stream)
      if (found?.session.state !== 'active') return
      const { session, version } = found
      const now = clock.now()
      if (session.toProxy === options.proxyId) {
        // Whoever takes the claim goes on, or says that nobody can. A claim that was renewed is guarded already.
        const { leaseUntil = 0, createdAt } = session
        const wasRenewed = leaseUntil - createdAt > options.leaseMs
        if (leaseUntil <= now) await options.guard(session, 0)
        else if (!wasRenewed) await options.guard(session, leaseUntil - now)
        return
      }
      const log = await readLog(session)
      if (Math.max(session.lastActivity, log?.updatedAt ?? 0) + options.idleMs > now) return
      await close(session, log)
      const state = log?.outcome === 'final' ? 'completed' : 'failed'
      await sessions.set({ ...session, epoch: session.epoch + 1, state, lastActivity: now }, version)
    },
    abandon: async (session) => close(session, await readLog(session)),
  }
}
