import { createMessagePublisher } from '../a2a/bus/message-publisher.ts'
import { createTaskLog, type TaskLog } from '../a2a/log/task-log.ts'
import { createGuardCall } from '../a2a/route/guard-call.ts'
import { createLookAfterCall } from '../a2a/route/look-after-call.ts'
import { createIdempotencyStore } from '../azure/tables/idempotency-store.ts'
import { createSessionStore } from '../azure/tables/session-store.ts'
import {
  aliases,
  bell,
  bus,
  clock,
  config,
  patiently,
  proxyId,
  streamStore,
  table,
  ttlMs,
} from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createAppender } from '../streams/append.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const { a2a } = config
/** How long what belongs to a call is kept. */
export const sessionMs = a2a.session_hours * HOUR_MS
export const idleMs = a2a.idle_minutes * MINUTE_MS

export const sessions = lazy(() => createSessionStore({ table: table('sessions'), ttlMs: sessionMs }))
export const idempotency = lazy(() =>
  createIdempotencyStore({ table: table('idempotency'), clock, ttlMs: sessionMs }),
)
export const appender = lazy(() => createAppender({ store: streamStore(), clock, ttlMs }))
const logOf = (wishes: { forOwnClient?: boolean }): TaskLog =>
  createTaskLog({
    ...wishes,
    appendAll: (events) => patiently(() => appender().appendAll(events)),
    store: streamStore(),
    aliases: aliases(),
    bell: bell(),
    clock,
  })
export const taskLog = lazy(() => logOf({}))
/** Of calls that this process makes for its own clients. */
export const ownLog = lazy(() => logOf({ forOwnClient: true }))
export const publisher = lazy(() =>
  createMessagePublisher({
    sendAll: (entity, messages) => patiently(() => bus().sendAll(entity, messages)),
    clock,
  }),
)

export const guardCall = lazy(() =>
  createGuardCall({ publisher: publisher(), clock, requestTtlMs: a2a.request_ttl_seconds * SECOND_MS }),
)
export const lookAfterCall = lazy(() =>
  createLookAfterCall({
    sessions: sessions(),
    guard: guardCall(),
    taskLog: taskLog(),
    store: streamStore(),
    clock,
    proxyId,
    leaseMs: a2a.lease_seconds * SECOND_MS,
    idleMs,
  }),
)
