import { shapeOf } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { encodeSse } from '../../kernel/sse.ts'
import type { RouteA2a } from '../a2a-request.ts'
import { EXTENSIONS_HEADER } from '../dialect/extensions.ts'
import { seedPaths } from '../dialect/seed-paths.ts'
import { failureOf } from './failure-of.ts'
import type { ReadCall } from './read-call.ts'
import { readCaller } from './read-caller.ts'
import type { Speech } from './speech.ts'
import type { SurfaceAnswer, SurfaceRequest } from './surface-request.ts'
import { toSse } from './to-sse.ts'

export type ServeOptions = {
  route: RouteA2a
  /** Makes the extended card of an agent lead to the gateway. */
  rewriteCard(request: SurfaceRequest, agentId: string, text: string): Promise<string>
  clock: Clock
  log: Log
  /** Milliseconds between two comments on a silent stream. */
  commentMs: number
}

/** What was read, or the error that is answered in its place. */
type Reading = { call: ReadCall } | { error: unknown }

type Served = { request: SurfaceRequest; agentId: string; speech: Speech }

/**
 * Has a call routed, and answers what it comes to in the client's dialect, failures too.
 * @throws GatewayError for what plain HTTP has a word for: 401, 403, an agent nobody knows.
 */
export type ServeCall = (served: Served, reading: Reading) => Promise<SurfaceAnswer>

const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // nginx and others that honour it hand on every piece at once.
  'x-accel-buffering': 'no',
}

/** The paths as the seed spells them, and the one that it lacks; other operations have none there. */
const HTTP_PATHS: typeof seedPaths = { ...seedPaths, subscribe: '/v1/tasks:resubscribe' }

/** Clients of 0.2 and 0.3 that asked for a stream see an error only in a stream, as their own servers say it. */
const readsStreamsOnly = ({ operation, dialect: { version, binding } }: ReadCall): boolean =>
  version === '0.3' && binding === 'jsonrpc' && (operation === 'stream' || operation === 'subscribe')

async function* one(text: string): AsyncGenerator<string, void, undefined> {
  yield text
}

/** Tells the client which extensions the agent has activated. */
const withExtensions =
  ({ dialect }: ReadCall, extensions: string | undefined) =>
  (answer: SurfaceAnswer): SurfaceAnswer =>
    extensions === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, [EXTENSIONS_HEADER[dialect.version]]: extensions } }

export const createServeCall = (options: ServeOptions): ServeCall => {
  const { route, rewriteCard, clock, log, commentMs } = options

  const answer = async ({ request, agentId, speech }: Served, call: ReadCall): Promise<SurfaceAnswer> => {
    const httpPath = HTTP_PATHS[call.operation] ?? ''
    const given = await route({ ...readCaller(request), ...call, agentId, httpPath })
    if (given.kind === 'one') {
      const { said } = given
      const answered = withExtensions(call, said.extensions)
      if (call.operation !== 'extended-card') return answered(speech.answer(call.operation, said))
      const text = await rewriteCard(request, agentId, said.text)
      // A card that has the members of both versions needs no translation.
      const original = { shape: shapeOf(call.dialect), text }
      return answered(speech.answer('extended-card', { text, original }))
    }
    const stream = toSse(given.events, {
      clock,
      commentMs,
      signal: request.signal,
      render: ({ said }) => speech.event(said),
      renderFailure: (error) => speech.failedEvent(failureOf(error, log)),
    })
    return withExtensions(call, given.extensions)({ status: 200, headers: SSE_HEADERS, stream })
  }

  return async (served, reading) => {
    try {
      if ('error' in reading) throw reading.error
      return await answer(served, reading.call)
    } catch (error) {
      const failure = failureOf(error, log)
      const refusal = served.speech.fail(failure)
      const readsStream = 'call' in reading && readsStreamsOnly(reading.call)
      if (refusal.status !== 200 || !readsStream) return refusal
      const event = encodeSse({ event: 'error', data: served.speech.failedEvent(failure) })
      return { status: 200, headers: SSE_HEADERS, stream: one(event) }
    }
  }
}
