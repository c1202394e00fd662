import { createClientAccess } from '../azure/web-pubsub/open-client-access.ts'
import { access, aliases, bell, clock, config, log, streamStore, webPubSub } from '../compose.ts'
import { createFindFinal } from '../events/find-final.ts'
import { createListEvents } from '../events/list-events.ts'
import { createNegotiate } from '../events/negotiate.ts'
import { createFindStream, createResolveStream, type ResolveStream } from '../events/resolve-stream.ts'
import { createStreamEvents } from '../events/stream-events.ts'
import { lazy } from '../kernel/lazy.ts'
import { createWatch } from '../streams/watch.ts'
import { idleMs, lookAfterCall } from './sessions.ts'

const SECOND_MS = 1000

const { streams } = config

export const watchers = lazy(() =>
  createWatch({
    store: streamStore(),
    bell: bell(),
    clock,
    log,
    pollMs: streams.poll_seconds * SECOND_MS,
    random: Math.random,
    idle: { afterMs: idleMs, lookAfter: (stream) => lookAfterCall().lookAfter(stream) },
  }),
)

/** Hundreds may wait for one task that has not begun. */
const SHARED_MS = 1000

const resolveStream = (sharedMs: number): ResolveStream =>
  createResolveStream({ find: aliases().find, clock, sharedMs })
const findStream = lazy(() => createFindStream({ store: streamStore(), resolve: resolveStream(0) }))
export const streamEvents = lazy(() =>
  createStreamEvents({
    watchers: watchers(),
    store: streamStore(),
    resolve: resolveStream(SHARED_MS),
    clock,
    sliceMs: streams.slice_seconds * SECOND_MS,
    commentMs: streams.comment_seconds * SECOND_MS,
    retryMs: streams.retry_ms,
    busyRetryMs: streams.busy_retry_ms,
    maxViewers: streams.max_viewers,
  }),
)
export const listEvents = lazy(() => createListEvents({ store: streamStore(), findStream: findStream() }))
export const findFinal = lazy(() =>
  createFindFinal({ store: streamStore(), findStream: findStream(), watch: watchers().watch, clock }),
)
export const negotiate = lazy(() =>
  createNegotiate({
    findStream: findStream(),
    clientAccess: createClientAccess(webPubSub),
    issueTicket: access.tickets.issue,
    minutes: streams.ticket_minutes,
  }),
)
