import { randomUUID } from 'node:crypto'
import { ulid } from 'ulid'
import { createPublisher } from '../a2a/bus/publisher.ts'
import { createTaskLog } from '../a2a/log/task-log.ts'
import { createAskAgent } from '../a2a/route/ask-agent.ts'
import { createBeginCall } from '../a2a/route/begin-call.ts'
import { createLimitCalls } from '../a2a/route/limit-calls.ts'
import { createObserveTask } from '../a2a/route/observe-task.ts'
import { createOpenSession } from '../a2a/route/open-session.ts'
import { createRouteA2a } from '../a2a/route/route-a2a.ts'
import { createRunCall } from '../a2a/route/run-call.ts'
import { createSendMessage } from '../a2a/route/send-message.ts'
import { createSubscribeTask } from '../a2a/route/subscribe-task.ts'
import { createUpstream } from '../a2a/upstream/create-upstream.ts'
import { withCallbacks } from '../a2a/push/with-callbacks.ts'
import { openCredential } from '../azure/credential.ts'
import { createIdempotencyStore } from '../azure/tables/idempotency-store.ts'
import { createSessionStore } from '../azure/tables/session-store.ts'
import {
  agentRegistry,
  aliases,
  bell,
  bus,
  clock,
  config,
  log,
  patiently,
  proxyId,
  seal,
  sendHttp,
  streamStore,
  table,
  ttlMs,
  watchers,
} from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createAppender } from '../streams/append.ts'
import { answerPush, callbacks, claimInline } from './push.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const { a2a } = config
const leaseMs = a2a.lease_seconds * SECOND_MS
const streamMs = a2a.stream_minutes * MINUTE_MS

/** Names this process among those that may make a call. */
export const holder = randomUUID()

export const sessions = lazy(() =>
  createSessionStore({ table: table('sessions'), ttlMs: a2a.session_hours * HOUR_MS }),
)
export const idempotency = lazy(() =>
  createIdempotencyStore({ table: table('idempotency'), clock, ttlMs: a2a.session_hours * HOUR_MS }),
)
const appender = lazy(() => createAppender({ store: streamStore(), clock, ttlMs }))
export const taskLog = lazy(() =>
  createTaskLog({
    appendAll: (requests) => patiently(() => appender().appendAll(requests)),
    store: streamStore(),
    aliases: aliases(),
    bell: bell(),
    clock,
  }),
)
export const publisher = lazy(() =>
  createPublisher({ sendAll: (entity, messages) => patiently(() => bus().sendAll(entity, messages)), clock }),
)

const upstream = lazy(() =>
  createUpstream({
    sendHttp: sendHttp(),
    clock,
    open: seal.open,
    getEntraToken: async (scope) => {
      const token = await (await openCredential()).getToken(scope)
      if (token === null) throw new Error(`The identity of the deployment has no token for ${scope}.`)
      return token.token
    },
    maxMessageBytes: a2a.max_message_bytes,
    cardCacheSeconds: a2a.card_cache_seconds,
    circuit: { failures: a2a.breaker.failures, openSeconds: a2a.breaker.open_seconds },
  }),
)
export const cards = lazy(() => upstream().cards)
const callAgent = lazy(() => withCallbacks(upstream().callAgent, callbacks()))
export const runCall = lazy(() =>
  createRunCall({ callAgent: callAgent(), clock, log, maxPendingBytes: a2a.stream_buffer_bytes }),
)

const openSession = lazy(() =>
  createOpenSession({
    sessions: sessions(),
    idempotency: idempotency(),
    prepareStream: appender().prepare,
    clock,
    createId: ulid,
    proxyId,
    holder,
    leaseMs,
  }),
)
const begin = lazy(() =>
  createBeginCall({
    runCall: runCall(),
    taskLog: taskLog(),
    sessions: sessions(),
    watch: watchers().watch,
    publisher: publisher(),
    seal: seal.seal,
    clock,
    log,
    proxyId,
    leaseMs,
    firstAnswerMs: a2a.first_answer_seconds * SECOND_MS,
    requestTtlMs: a2a.request_ttl_seconds * SECOND_MS,
    lingerMs: a2a.linger_ms,
  }),
)
export const askAgent = lazy(() =>
  createAskAgent({ callAgent: callAgent(), begin: begin(), openSession: openSession(), proxyId }),
)

const sendMessage = lazy(() =>
  createSendMessage({
    begin: begin(),
    openSession: openSession(),
    claimInline: claimInline(),
    sessions: sessions(),
    aliases: aliases(),
    store: streamStore(),
    clock,
    proxyId,
    sendWaitMs: a2a.send_wait_seconds * SECOND_MS,
    streamMs,
  }),
)

export const routeA2a = lazy(() =>
  createRouteA2a({
    registry: agentRegistry(),
    limits: createLimitCalls({
      maxMessageBytes: a2a.max_message_bytes,
      maxConcurrentStreams: a2a.max_concurrent_streams,
      queueDepthThreshold: a2a.queue_depth_threshold,
    }),
    aliases: aliases(),
    sendMessage: sendMessage(),
    subscribeTask: createSubscribeTask({
      callAnew: sendMessage(),
      begin: begin(),
      sessions: sessions(),
      aliases: aliases(),
      store: streamStore(),
      watch: watchers().watch,
      clock,
      streamMs,
    }),
    askAgent: askAgent(),
    observe: createObserveTask({ sessions: sessions(), taskLog: taskLog(), clock }),
    pushConfigs: (request, agent, call) => answerPush()(request, agent, call),
    proxyId,
    maxHops: a2a.max_hops,
  }),
)
