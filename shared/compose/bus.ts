import { createCollectParts } from '../a2a/bus/collect-parts.ts'
import { createReceiveMessage } from '../a2a/bus/receive-message.ts'
import { createCollectResponse } from '../a2a/route/collect-response.ts'
import { createHostRequest } from '../a2a/route/host-request.ts'
import { createPublishSink } from '../a2a/route/publish-sink.ts'
import {
  agentRegistry,
  clock,
  config,
  folder,
  log,
  patiently,
  proxyId,
  quarantine,
  seal,
} from '../compose.ts'
import type { ReceivedMessage } from '../events/read-message.ts'
import { lazy } from '../kernel/lazy.ts'
import { holder, runCall } from './calls.ts'
import { receiveNotification } from './push.ts'
import { idleMs, publisher, sessions, taskLog } from './sessions.ts'

const SECOND_MS = 1000

const collectRequestParts = lazy(() => createCollectParts(folder('parts')))
const collectResponseParts = lazy(() => createCollectParts(folder('parts'), { inOrder: true }))
const putAside = (message: ReceivedMessage, description: string): Promise<void> =>
  patiently(() => quarantine()(message, { reason: 'invalid_envelope', description, source: 'a2a' }))

const hostRequest = lazy(() =>
  createHostRequest({
    runCall: runCall(),
    registry: agentRegistry(),
    sessions: sessions(),
    sinkFor: (asking) =>
      asking === proxyId ? taskLog() : createPublishSink({ publisher: publisher(), clock, proxyId }),
    publisher: publisher(),
    open: seal.open,
    clock,
    log,
    proxyId,
    holder,
    leaseMs: config.a2a.lease_seconds * SECOND_MS,
    lingerMs: config.a2a.linger_ms,
    idleMs,
  }),
)
const collectResponse = lazy(() =>
  createCollectResponse({
    sessions: sessions(),
    taskLog: taskLog(),
    receiveNotification: (notification) => receiveNotification()(notification),
    clock,
    log,
  }),
)

/** Works on one message of this deployment's requests. */
export const receiveRequest = lazy(() =>
  createReceiveMessage<ReceivedMessage>({
    proxyId,
    collectParts: (...part) => patiently(() => collectRequestParts()(...part)),
    putAside,
    work: (message) => patiently(() => hostRequest()(message)),
  }),
)
/** Works on one message of the responses to this deployment's requests. */
export const receiveResponse = lazy(() =>
  createReceiveMessage<ReceivedMessage>({
    proxyId,
    collectParts: (...part) => patiently(() => collectResponseParts()(...part)),
    putAside,
    work: (message) => patiently(() => collectResponse()(message)),
  }),
)
