import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import type { TaskLog } from '../log/task-log.ts'
import { holdClaim } from '../sessions/hold-claim.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { Beginning } from './begin-call.ts'
import { createChannel } from './channel.ts'
import type { GuardCall } from './guard-call.ts'
import type { RunCall } from './run-call.ts'

/**
 * Makes a call from this process. The events come as soon as they are in the log; when the client leaves, the call goes
 * on, and the invocation with it.
 */
export const createCallHere =
  (options: {
    runCall: RunCall
    taskLog: TaskLog
    sessions: SessionStore
    clock: Clock
    log: Log
    leaseMs: number
    lingerMs: number
    /** Has somebody look after the call later: this process may die. */
    guard: GuardCall
  }) =>
  ({ request, agent, call, found }: Beginning): AsyncGenerator<LoggedEvent, void, undefined> => {
    const { sessions, clock, log, leaseMs } = options
    const channel = createChannel<LoggedEvent>()
    let isGuarded = false
    const claim = holdClaim({
      sessions,
      found,
      clock,
      log,
      leaseMs,
      onRenew: async (session) => {
        if (isGuarded) return
        isGuarded = true
        await options.guard(session, 2 * leaseMs)
      },
    })
    const work = options.runCall({
      claim,
      agent,
      call,
      sink: options.taskLog,
      resumes: false,
      ...(call.operation === 'send' ? { lingerMs: options.lingerMs } : {}),
      onEvents: (events) => {
        if (!request.signal.aborted) channel.push(events)
      },
    })
    request.waitUntil(work.then(channel.end, channel.fail))
    return channel.read()
  }
