import { shapeOf } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import type { Clock } from '../../kernel/clock.ts'
import { badRequest, type GatewayError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { encodeSse } from '../../kernel/sse.ts'
import { type A2aFailure, a2aFailure } from '../a2a-failure.ts'
import type { RouteA2a } from '../a2a-request.ts'
import { EXTENSIONS_HEADER } from '../dialect/extensions.ts'
import { seedPaths } from '../dialect/seed-paths.ts'
import { failureOf } from './failure-of.ts'
import type { ReadCall } from './read-call.ts'
import { readCaller } from './read-caller.ts'
import { type JsonRpcReading, readJsonRpc } from './read-json-rpc.ts'
import { readRest } from './read-rest.ts'
import { readSeedGet } from './read-seed-get.ts'
import { readToAgent } from './read-to-agent.ts'
import { speakJsonRpc } from './speak-json-rpc.ts'
import { speakRest } from './speak-rest.ts'
import type { Speech } from './speech.ts'
import type { SurfaceAnswer, SurfaceRequest } from './surface-request.ts'
import { toSse } from './to-sse.ts'

/**
 * The endpoints of A2A. The agent is the parameter `agent_id` of the route, or the one that is named.
 * Failures are answered in the client's dialect.
 */
export type Surface = {
  /**
   * @param options.only what a path of the seed is for: any other method is not found there
   * @throws GatewayError 404 for an agent nobody knows.
   */
  jsonRpc(request: SurfaceRequest, options?: { agentId?: string; only?: Operation }): Promise<SurfaceAnswer>
  /** Both versions of the REST binding. */
  rest(request: SurfaceRequest, operation: Operation, agentId?: string): Promise<SurfaceAnswer>
  /** The seed's `GET tasks:get?id=`, which is answered with JSON-RPC. @throws GatewayError 404 as for `jsonRpc`. */
  seedGet(request: SurfaceRequest): Promise<SurfaceAnswer>
  /**
   * The seed's send without an agent in its path: `params.metadata.toAgent` names it.
   * @throws GatewayError 400 without one, 404 as for `jsonRpc`.
   */
  legacySend(request: SurfaceRequest): Promise<SurfaceAnswer>
  /**
   * JSON-RPC of every operation, for the agent that `params.metadata.toAgent` names.
   * @throws GatewayError 404 as for `jsonRpc`.
   */
  toNamed(request: SurfaceRequest): Promise<SurfaceAnswer>
}

export type SurfaceOptions = {
  route: RouteA2a
  /** Makes the extended card of an agent lead to the gateway. */
  rewriteCard(request: SurfaceRequest, agentId: string, text: string): Promise<string>
  clock: Clock
  log: Log
  /** Milliseconds between two comments on a silent stream. */
  commentMs: number
}

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

const missingAgent = (): GatewayError =>
  badRequest('The body does not say whom it is for. Put the id of the agent into params.metadata.toAgent.')

const unnamedAgent = (): A2aFailure =>
  a2aFailure(
    'INVALID_PARAMS',
    'The request does not say which agent it is for. Name it in params.metadata.toAgent, or send the request to /agents/{id}; GET /agents lists them.',
  )

/** Tells the client which extensions the agent has activated. */
const withExtensions =
  ({ dialect }: ReadCall, extensions: string | undefined) =>
  (answer: SurfaceAnswer): SurfaceAnswer =>
    extensions === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, [EXTENSIONS_HEADER[dialect.version]]: extensions } }

/** What was read, or the error that stands in its place. */
type Reading = { call: ReadCall } | { error: unknown }

type Served = { request: SurfaceRequest; agentId: string; speech: Speech }

export const createSurface = (options: SurfaceOptions): Surface => {
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

  const serve = async (served: Served, reading: Reading): Promise<SurfaceAnswer> => {
    try {
      if ('error' in reading) throw reading.error
      return await answer(served, reading.call)
    } catch (error) {
      const failure = failureOf(error, log)
      const refusal = served.speech.fail(failure)
      if ('error' in reading || refusal.status !== 200 || !readsStreamsOnly(reading.call)) return refusal
      const event = encodeSse({ event: 'error', data: served.speech.failedEvent(failure) })
      return { status: 200, headers: SSE_HEADERS, stream: one(event) }
    }
  }

  const agentOf = ({ params }: SurfaceRequest): string => params.agent_id ?? ''

  const rpc = (request: SurfaceRequest, agentId: string, reading: JsonRpcReading): Promise<SurfaceAnswer> =>
    serve({ request, agentId, speech: speakJsonRpc(reading.dialect, reading.id) }, reading)

  return {
    jsonRpc: async (request, { agentId = agentOf(request), only } = {}) =>
      rpc(request, agentId, await readJsonRpc(request, only)),
    rest: async (request, operation, agentId = agentOf(request)) => {
      const reading = await readRest(request, operation)
      return serve({ request, agentId, speech: speakRest(reading.version) }, reading)
    },
    seedGet: (request) => rpc(request, agentOf(request), readSeedGet(request)),
    toNamed: async (request) => {
      const reading = await readJsonRpc(request)
      const agentId = 'call' in reading ? readToAgent(reading.call.params) : ''
      return agentId === undefined
        ? rpc(request, '', { ...reading, error: unnamedAgent() })
        : rpc(request, agentId, reading)
    },
    legacySend: async (request) => {
      const reading = await readJsonRpc(request, 'send')
      const agentId = 'call' in reading ? readToAgent(reading.call.params) : ''
      if (agentId === undefined) throw missingAgent()
      return rpc(request, agentId, reading)
    },
  }
}
