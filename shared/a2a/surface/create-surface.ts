import type { Operation } from '../../contract/a2a/operation.ts'
import { badRequest, type GatewayError } from '../../kernel/errors.ts'
import { type A2aFailure, a2aFailure } from '../a2a-failure.ts'
import { type JsonRpcReading, readJsonRpc } from './read-json-rpc.ts'
import { readRest } from './read-rest.ts'
import { readSeedGet } from './read-seed-get.ts'
import { readToAgent } from './read-to-agent.ts'
import { createServeCall, type ServeOptions } from './serve-call.ts'
import { speakJsonRpc } from './speak-json-rpc.ts'
import { speakRest } from './speak-rest.ts'
import type { SurfaceAnswer, SurfaceRequest } from './surface-request.ts'

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

const missingAgent = (): GatewayError =>
  badRequest('The body does not say whom it is for. Put the id of the agent into params.metadata.toAgent.')

const unnamedAgent = (): A2aFailure =>
  a2aFailure(
    'INVALID_PARAMS',
    'The request does not say which agent it is for. Name it in params.metadata.toAgent, or send the request to /agents/{id}; GET /agents lists them.',
  )

export const createSurface = (options: ServeOptions): Surface => {
  const serve = createServeCall(options)
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
