import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { methodOf } from '../dialect/methods.ts'
import { restRequest } from '../dialect/rest-request.ts'
import { seedPaths } from '../dialect/seed-paths.ts'
import { belowUrl } from './below-url.ts'
import type { Endpoint } from './find-endpoint.ts'
import type { AgentRequest } from './send-to-agent.ts'
import { travellingHeaders } from './travelling-headers.ts'

/** What is asked of an agent, in its own dialect. */
export type Ask = {
  operation: Operation
  params: string
  /** The client's own JSON-RPC id. */
  id?: string | undefined
  /** What travels with the call. */
  headers: Readonly<Record<string, string>>
  credentials?: string | undefined
  /** Seconds to a first answer, where it is not the agent's own time. */
  timeoutSeconds?: number
}

/** An HTTP exchange has one JSON-RPC call, so its id need not differ from others. */
const RPC_ID = '1'

/** The JSON-RPC id of a request: an agent of the seed gets the client's own. */
export const rpcIdOf = ({ isSeed }: Endpoint, { id }: Ask): string => (isSeed ? (id ?? RPC_ID) : RPC_ID)

const toHeaders = (ask: Ask, version: A2aVersion, accept: string): Record<string, string> => ({
  ...travellingHeaders(ask.headers, version),
  // 1.0.1 names application/a2a+json for REST, but every version takes this one.
  'content-type': 'application/json',
  accept,
})

const isStreamed = (operation: Operation): boolean => operation === 'stream' || operation === 'subscribe'

const acceptOf = (operation: Operation, { version, binding }: Endpoint['dialect']): string => {
  if (isStreamed(operation)) return 'text/event-stream'
  return binding === 'rest' && version === '1.0'
    ? 'application/a2a+json, application/json'
    : 'application/json'
}

const buildRpc = (endpoint: Endpoint, ask: Ask, headers: Record<string, string>): AgentRequest => {
  const method = JSON.stringify(methodOf(ask.operation, endpoint.dialect.version))
  return {
    method: 'POST',
    url: endpoint.isSeed ? belowUrl(endpoint.url, seedPaths[ask.operation] ?? '') : endpoint.url,
    headers,
    // By text, so that the params stay byte for byte what they were.
    body: `{"jsonrpc":"2.0","id":${rpcIdOf(endpoint, ask)},"method":${method},"params":${ask.params}}`,
  }
}

const buildRest = (endpoint: Endpoint, ask: Ask, headers: Record<string, string>): AgentRequest => {
  const { method, path, query, body } = restRequest(ask.operation, endpoint.dialect.version, ask.params)
  const tenant = endpoint.tenant === undefined ? '' : `/${encodeURIComponent(endpoint.tenant)}`
  const url = belowUrl(endpoint.url, `${tenant}${path}`)
  for (const [name, value] of query ?? []) url.searchParams.append(name, value)
  return { method, url, headers, ...(body === undefined ? {} : { body }) }
}

/** What is asked as an HTTP request in the dialect of the endpoint. */
export const buildRequest = (endpoint: Endpoint, ask: Ask): AgentRequest => {
  const headers = toHeaders(ask, endpoint.dialect.version, acceptOf(ask.operation, endpoint.dialect))
  return endpoint.dialect.binding === 'rest'
    ? buildRest(endpoint, ask, headers)
    : buildRpc(endpoint, ask, headers)
}
