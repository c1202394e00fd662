import { createLimitCalls } from '../a2a/route/limit-calls.ts'
import { createObserveTask } from '../a2a/route/observe-task.ts'
import { createRouteA2a } from '../a2a/route/route-a2a.ts'
import { createSendMessage } from '../a2a/route/send-message.ts'
import { createSubscribeTask } from '../a2a/route/subscribe-task.ts'
import { agentRegistry, aliases, clock, config, proxyId, streamStore } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { askAgent, begin, openSession, subscriber } from './calls.ts'
import { answerPush, claimInline } from './push.ts'
import { lookAfterCall, sessions, taskLog } from './sessions.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

const { a2a } = config
const streamMs = a2a.stream_minutes * MINUTE_MS

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
      lookAfter: lookAfterCall().lookAfter,
      aliases: aliases(),
      store: streamStore(),
      subscriber: subscriber(),
      clock,
      streamMs,
    }),
    askAgent: askAgent(),
    observe: createObserveTask({ sessions: sessions(), taskLog: taskLog(), store: streamStore(), clock }),
    pushConfigs: (request, agent, call) => answerPush()(request, agent, call),
    proxyId,
    maxHops: a2a.max_hops,
  }),
)
