import * as z from 'zod'
import type { A2aVersion, Dialect } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { jsonMembers } from '../../kernel/json-members.ts'
import { type A2aFailure, a2aFailure } from '../a2a-failure.ts'
import { operationOf } from '../dialect/methods.ts'
import { checkContentType } from './check-content-type.ts'
import type { ReadCall } from './read-call.ts'
import { readVersion } from './read-version.ts'
import type { SurfaceRequest } from './surface-request.ts'

/** A JSON-RPC request, or what is wrong with it; `id` is raw JSON, so that it keeps its type. */
export type JsonRpcReading = { id: string; dialect: Dialect } & ({ call: ReadCall } | { error: unknown })

/** Fractions are refused as the official servers do (JSON-RPC 2.0, 4: they should not be used). */
const Id = z.union([z.string(), z.number().refine(Number.isInteger), z.null()])
const Call = z.object({ jsonrpc: z.literal('2.0'), id: Id.optional(), method: z.string().min(1) })
const Named = z.object({ method: z.string() })
const Identified = z.object({ id: Id })

const invalid = (message: string): A2aFailure => a2aFailure('INVALID_REQUEST', message)
const noJson = (): A2aFailure =>
  a2aFailure('PARSE_ERROR', 'The body is not JSON. Send one JSON-RPC request as JSON in UTF-8.')

const readText = async (request: SurfaceRequest): Promise<string> => {
  try {
    return await request.text()
  } catch (error) {
    throw error instanceof GatewayError && error.code === 'bad_request' ? noJson() : error
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw noJson()
  }
}

/** The members of an object as they are written; of anything else none. */
const membersOf = (value: unknown, text: string): ReadonlyMap<string, string> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? jsonMembers(text) : new Map()

const checkCall = (value: unknown): void => {
  if (Array.isArray(value))
    throw invalid('A2A knows no batches. Send each JSON-RPC request in an HTTP request of its own.')
  if (Call.safeParse(value).success) return
  throw invalid(
    'The body is not a JSON-RPC 2.0 request. It needs "jsonrpc": "2.0", a "method", and an "id" that is a text, an integer or null.',
  )
}

type Known = { operation: Operation; version: A2aVersion }

const findMethod = (method: string, version: A2aVersion, only: Operation | undefined): Known => {
  const known = operationOf(method)
  if (known?.version === version && (only === undefined || only === known.operation)) return known
  const where = only === undefined ? `A2A ${version}` : 'This path'
  throw a2aFailure(
    'METHOD_NOT_FOUND',
    `${where} has no method "${method}". Check its spelling, the path, and the header A2A-Version.`,
  )
}

/**
 * Reads a JSON-RPC request. Whatever is wrong with it becomes the error to answer, under the request's own id where it
 * has one. The version is what the client asks for beside the body, else what the name of the method tells.
 * @param only what the path is for, where it is for one operation
 */
export const readJsonRpc = async (request: SurfaceRequest, only?: Operation): Promise<JsonRpcReading> => {
  let id = 'null'
  let dialect: Dialect = { version: '1.0', binding: 'jsonrpc' }
  try {
    const text = await readText(request)
    checkContentType(request.headers)
    const value = parse(text)
    const members = membersOf(value, text)
    if (Identified.safeParse(value).success) id = members.get('id') ?? 'null'
    const method = Named.safeParse(value).data?.method ?? ''
    const told = operationOf(method)?.version
    if (told !== undefined) dialect = { ...dialect, version: told }
    dialect = { ...dialect, version: readVersion(request.headers, request.query) ?? told ?? '0.3' }
    checkCall(value)
    const { operation } = findMethod(method, dialect.version, only)
    const params = members.get('params') ?? '{}'
    if (!params.startsWith('{')) throw a2aFailure('INVALID_PARAMS', 'The "params" must be an object.')
    return { id, dialect, call: { operation, dialect, params, id } }
  } catch (error) {
    return { id, dialect, error }
  }
}
