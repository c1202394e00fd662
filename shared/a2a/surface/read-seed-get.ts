import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { JsonRpcReading } from './read-json-rpc.ts'
import { readVersion } from './read-version.ts'
import type { SurfaceRequest } from './surface-request.ts'

/** A GET has no JSON-RPC id, so the answer gets the correlation id of the request. */
export const readSeedGet = (request: SurfaceRequest): JsonRpcReading => {
  const { headers, query, correlationId } = request
  const id = JSON.stringify(correlationId)
  let version: A2aVersion = '0.3'
  try {
    version = readVersion(headers, query) ?? '0.3'
    const dialect = { version, binding: 'jsonrpc' } as const
    const taskId = query.get('id')
    if (!taskId) throw a2aFailure('INVALID_PARAMS', 'The query lacks the id of the task (?id=).')
    const length = Number(query.get('historyLength') ?? undefined)
    const params = { id: taskId, ...(Number.isInteger(length) ? { historyLength: length } : {}) }
    return { id, dialect, call: { operation: 'get', dialect, params: JSON.stringify(params), id } }
  } catch (error) {
    return { id, dialect: { version, binding: 'jsonrpc' }, error }
  }
}
