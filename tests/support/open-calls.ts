import { ulid } from 'ulid'
import { createTaskLog, type TaskLog } from '../../shared/a2a/log/task-log.ts'
import { decodeLogEvent, type LogEntry } from '../../shared/a2a/log/log-event.ts'
import { createLookAfterCall, type LookAfterCall } from '../../shared/a2a/route/look-after-call.ts'
import type { SessionStore } from '../../shared/a2a/sessions/session-store.ts'
import type { Session } from '../../shared/a2a/sessions/session.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import { createSessionStore } from '../../shared/azure/tables/session-store.ts'
import { createTaskAliasStore } from '../../shared/azure/tables/task-alias-store.ts'
import { createLog } from '../../shared/kernel/log.ts'
import { createAppender } from '../../shared/streams/append.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'
import { createWatch, type WatchItem } from '../../shared/streams/watch.ts'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.ts'
import { createTestBell, openStreams } from './open-streams.ts'
import { POLL_MS } from './open-watch.ts'

export const IDLE_MS = 300_000
export const LEASE_MS = 30_000
export const SESSION_MS = 24 * 3_600_000

export type CallsBench = LookAfterCall & {
  clock: ManualClock
  sessions: SessionStore
  store: StreamStateStore
  taskLog: TaskLog
  /** Calls that somebody was asked to look after. */
  guarded: Session[]
  /** Opens a session: by default of an active call of an agent of deployment `b`, asked by deployment `a`. */
  begin(members?: Partial<Session>): Promise<Session>
  /** How the session stands now. */
  read(session: Session): Promise<Session | undefined>
  say(session: Session, sequence: number, entry: LogEntry): Promise<unknown>
  /** The log as a process writes it whose stores are wrapped. */
  openLog(wrap: <Target extends object>(target: Target) => Target): TaskLog
  /** What stands in a log, without what came after its end. */
  readEntries(stream: string): Promise<LogEntry[]>
  /** What a viewer of a log sees, with time passing while it waits, until it ends. */
  watchToEnd(stream: string, limitMs: number): Promise<WatchItem[]>
}

let benches = 0

/** The calls of deployment `a`, in tables of their own, with a clock that the test owns. */
export const openCalls = (connectionString: string): CallsBench => {
  const suffix = `calls${benches++}`
  const clock = createManualClock(Date.UTC(2026, 10, 21, 10))
  const log = createLog({ level: 'error', clock, write: () => undefined })
  const connection = { connectionString }
  const store = openStreams(connectionString, suffix)
  const sessions = createSessionStore({ table: connectTable(connection, suffix), ttlMs: SESSION_MS })
  const aliases = createTaskAliasStore(connectTable(connection, `streams${suffix}`))
  const bell = createTestBell()
  const openLog: CallsBench['openLog'] = (wrap) => {
    const [stores, names] = [wrap(store), wrap(aliases)]
    const { appendAll } = createAppender({ store: stores, clock, ttlMs: SESSION_MS })
    return createTaskLog({ appendAll, store: stores, aliases: names, bell, clock })
  }
  const taskLog = openLog((target) => target)
  const guarded: Session[] = []
  const guard = async (session: Session): Promise<void> => void guarded.push(session)
  const call = createLookAfterCall({
    sessions,
    guard,
    taskLog,
    store,
    clock,
    proxyId: 'a',
    leaseMs: LEASE_MS,
    idleMs: IDLE_MS,
  })
  const idle = { afterMs: IDLE_MS, lookAfter: call.lookAfter }
  const { watch } = createWatch({ store, bell, clock, log, pollMs: POLL_MS, random: () => 0.5, idle })

  return {
    ...call,
    clock,
    sessions,
    store,
    taskLog,
    guarded,
    openLog,
    readEntries: async (stream) =>
      (await store.readEvents(stream, 0, 100)).flatMap(({ body, late }) => {
        const entry = late ? undefined : decodeLogEvent(body)
        return entry === undefined ? [] : [entry]
      }),
    begin: async (members = {}) => {
      const session: Session = {
        correlationId: ulid(clock.now()),
        agentId: 'echo',
        operation: 'send',
        subject: 'ann',
        toProxy: 'b',
        fromProxy: 'a',
        state: 'active',
        createdAt: clock.now(),
        lastActivity: clock.now(),
        epoch: 1,
        ...members,
      }
      await sessions.create(session)
      return session
    },
    read: async ({ correlationId }) => (await sessions.get(correlationId))?.session,
    say: (session, sequence, entry) => taskLog.write(session, [entry], { epoch: session.epoch, sequence }),
    watchToEnd: async (stream, limitMs) => {
      const items: WatchItem[] = []
      const end = clock.now() + limitMs
      const leave = new AbortController()
      const watching = (async () => {
        for await (const item of watch(stream, { from: 0, signal: leave.signal })) items.push(item)
        leave.abort()
      })()
      while (!leave.signal.aborted) {
        await new Promise(setImmediate)
        if (clock.sleeping() > 0) clock.advance(POLL_MS)
        if (clock.now() >= end) leave.abort()
      }
      await watching
      return items
    },
  }
}

/** An event in which the agent names a task. */
export const taskEvent = (id: string, state = 'TASK_STATE_WORKING'): LogEntry => ({
  kind: 'event',
  said: { text: JSON.stringify({ task: { id, contextId: 'c', status: { state } } }) },
})
