import { randomUUID } from 'node:crypto'
import { ulid } from 'ulid'
import { createMessageSubscriber } from '../a2a/bus/message-subscriber.ts'
import { createAskAgent } from '../a2a/route/ask-agent.ts'
import { createBeginCall } from '../a2a/route/begin-call.ts'
import { createOpenSession } from '../a2a/route/open-session.ts'
import { createRunCall } from '../a2a/route/run-call.ts'
import type { CardSource } from '../a2a/upstream/card-source.ts'
import { createUpstream } from '../a2a/upstream/create-upstream.ts'
import { createCallbacks } from '../a2a/push/callbacks.ts'
import { withCallbacks } from '../a2a/push/with-callbacks.ts'
import { openCredential } from '../azure/credential.ts'
import { clock, config, log, proxyId, seal, sendHttp } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import type { Agent } from '../registry/agent.ts'
import { connectedUpstream } from './connected-calls.ts'
import { appender, guardCall, idempotency, publisher, ownLog, sessions } from './sessions.ts'
import { watchers } from './viewing.ts'

const SECOND_MS = 1000

const { a2a } = config
const leaseMs = a2a.lease_seconds * SECOND_MS

/** Names this process among those that may make a call. */
export const holder = randomUUID()

const upstream = lazy(() =>
  createUpstream({
    sendHttp: sendHttp(),
    clock,
    open: seal.open,
    getEntraToken: async (scope) => {
      const token = await (await openCredential(config.connections.identity)).getToken(scope)
      if (token === null) throw new Error(`The identity of the deployment has no token for ${scope}.`)
      return token.token
    },
    maxMessageBytes: a2a.max_message_bytes,
    sendWaitSeconds: a2a.send_wait_seconds,
    cardCacheSeconds: a2a.card_cache_seconds,
    circuit: { failures: a2a.breaker.failures, openSeconds: a2a.breaker.open_seconds },
  }),
)
export const callbacks = lazy(() =>
  createCallbacks({ secret: config.secretKey, publicUrl: config.server.public_url }),
)
const upstreamOf = ({ reach }: Agent): ReturnType<typeof upstream> =>
  reach === 'socket' ? connectedUpstream() : upstream()
export const cards: CardSource = { get: (agent) => upstreamOf(agent).cards.get(agent) }
const callAgent = lazy(() =>
  withCallbacks((agent, ...call) => upstreamOf(agent).callAgent(agent, ...call), callbacks()),
)
export const runCall = lazy(() =>
  createRunCall({ callAgent: callAgent(), clock, log, maxPendingBytes: a2a.stream_buffer_bytes }),
)

export const openSession = lazy(() =>
  createOpenSession({
    sessions: sessions(),
    idempotency: idempotency(),
    expectStream: appender().expectNew,
    clock,
    createId: ulid,
    proxyId,
    holder,
    leaseMs,
  }),
)
export const subscriber = lazy(() => createMessageSubscriber({ watch: watchers().watch }))
export const begin = lazy(() =>
  createBeginCall({
    runCall: runCall(),
    taskLog: ownLog(),
    sessions: sessions(),
    subscriber: subscriber(),
    publisher: publisher(),
    guard: guardCall(),
    seal: seal.seal,
    clock,
    log,
    proxyId,
    leaseMs,
    firstAnswerMs: a2a.first_answer_seconds * SECOND_MS,
    sendWaitMs: a2a.send_wait_seconds * SECOND_MS,
    requestTtlMs: a2a.request_ttl_seconds * SECOND_MS,
    lingerMs: a2a.linger_ms,
  }),
)
export const askAgent = lazy(() =>
  createAskAgent({ callAgent: callAgent(), begin: begin(), openSession: openSession(), proxyId }),
)
