import type { ServiceBusSessionReceiver } from '@azure/service-bus'
import type { LocalTimer } from '../../service/clock.ts'
import { MAX_PENDING_ACCEPTS } from '../limits.ts'
import { acceptSession, isEmpty } from './accept-session.ts'
import { createBackoff } from './backoff.ts'
import { debug, processMessages, report, type Pump, type PumpOptions } from './pump.ts'
import { renewLock } from './renew-lock.ts'
import { createSettler } from './settle.ts'

type OpenSession = { done: Promise<void>; stop(): void }

/**
 * Serves one session: its messages in order, at most `maxConcurrentCallsPerSession` at a time, until none came for
 * `sessionIdleTimeout`, the lock is lost, or the pump stops.
 */
const serveSession = (options: PumpOptions, receiver: ServiceBusSessionReceiver): OpenSession => {
  const { clock, settings } = options
  const settler = createSettler(receiver)
  const ended = Promise.withResolvers<void>()
  let inWork = 0
  let ending = false
  let idle: LocalTimer | undefined
  /** The SDK asks for the next message together with this settlement, in one write; it is not begun before it is certain. */
  let settling: Promise<void> | undefined

  const end = (): void => {
    ending = true
    idle?.cancel()
    if (inWork === 0) ended.resolve()
  }
  const armIdle = (): void => {
    idle?.cancel()
    idle = clock.after(settings.sessionIdleTimeout, end)
  }
  const renewal = renewLock({
    clock,
    lockedUntil: receiver.sessionLockedUntilUtc,
    limitMs: settings.maxAutoLockRenewalDuration,
    renew: () => receiver.renewSessionLock(),
    onRenewed: (until) =>
      debug(options, `Renewed the lock of session ${receiver.sessionId} until ${until.toISOString()}.`),
    onError: end,
  })
  const leave = async (settled: Promise<boolean> | undefined): Promise<void> => {
    const trusted = await settled
    inWork -= 1
    if (trusted !== true || ending) end()
    else if (inWork === 0) armIdle()
  }
  armIdle()
  const subscription = receiver.subscribe(
    {
      processMessage: async (message) => {
        if (ending) return
        idle?.cancel()
        inWork += 1
        await settling
        const work = ending ? undefined : await processMessages(options, settler, [message])
        settling = leave(work?.settled)
      },
      processError: async ({ error, errorSource }) => {
        if (errorSource !== 'abandon' && errorSource !== 'complete') {
          report(options, `The session ${receiver.sessionId} ended`, error)
          end()
        }
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: settings.maxConcurrentCallsPerSession },
  )
  const close = async (): Promise<void> => {
    await ended.promise
    renewal.stop()
    await subscription.close().catch(() => undefined)
    await receiver.close().catch(() => undefined)
  }
  return { done: close(), stop: end }
}

/** Cardinality one with sessions: up to `maxConcurrentSessions` sessions at once, each in order. */
export const pumpSessions = (options: PumpOptions): Pump => {
  const { settings } = options
  const backoff = createBackoff()
  const open = new Set<OpenSession>()
  let pending = 0
  let failing = false
  let stopped = false

  const serve = async (receiver: ServiceBusSessionReceiver): Promise<void> => {
    const session = serveSession(options, receiver)
    open.add(session)
    await session.done
    open.delete(session)
    fill()
  }

  const succeed = (): void => {
    if (failing) report(options, 'Accepts sessions again')
    failing = false
    backoff.reset()
  }

  const fail = async (error: unknown): Promise<void> => {
    if (stopped) return
    if (isEmpty(error)) return succeed()
    if (!failing) report(options, 'Could not accept a session', error)
    failing = true
    await backoff.wait()
  }

  const accept = async (): Promise<void> => {
    pending += 1
    const { client, giveBack } = options.clients.take()
    try {
      const receiver = await acceptSession(client, options)
      succeed()
      if (stopped) await receiver.close()
      else void serve(receiver).then(giveBack)
    } catch (error) {
      giveBack()
      await fail(error)
    } finally {
      pending -= 1
    }
  }

  /** While the broker cannot be reached, one attempt at a time is enough. */
  const fill = (): void => {
    const limit = Math.min(failing ? 1 : MAX_PENDING_ACCEPTS, settings.maxConcurrentSessions - open.size)
    while (!stopped && pending < limit) void accept().then(fill)
  }

  fill()
  return {
    stop: async () => {
      stopped = true
      backoff.stop()
      const sessions = [...open]
      for (const session of sessions) session.stop()
      await Promise.all(sessions.map(({ done }) => done))
    },
  }
}
