import { GATEWAY_DOMAIN } from '../../contract/a2a/a2a-errors.ts'
import type { Dialect } from '../../contract/a2a/dialect.ts'
import type { A2aErrorValue } from '../a2a-failure.ts'
import { type ErrorFacts, factsOf } from './error-facts.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'

export type RenderedError = { status: number; body: string; headers?: Record<string, string> }

const TYPES = 'type.googleapis.com'

/** The details of 1.0: those of the agent word for word, else who names the error, and when to come again. */
const detailsOf = (value: A2aErrorValue, { reason, domain }: ErrorFacts): unknown[] => {
  const { data, retryAfterSeconds } = value
  if (Array.isArray(data)) return data
  return [
    ...(reason === undefined ? [] : [{ '@type': `${TYPES}/google.rpc.ErrorInfo`, reason, domain }]),
    ...(data === undefined || data === null
      ? []
      : [{ '@type': `${TYPES}/google.protobuf.Value`, value: data }]),
    ...(retryAfterSeconds === undefined
      ? []
      : [{ '@type': `${TYPES}/google.rpc.RetryInfo`, retryDelay: `${retryAfterSeconds}s` }]),
  ]
}

/** The data of 0.3, an object: the agent's own, or the gateway's name for the error. */
const legacyData = (value: A2aErrorValue, { reason, domain }: ErrorFacts): JsonObject | undefined => {
  const { data, retryAfterSeconds } = value
  if (Array.isArray(data)) return { details: data }
  if (isJsonObject(data)) return data
  if (data !== undefined && data !== null) return { value: data }
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return domain === GATEWAY_DOMAIN ? { reason, domain, ...retry } : undefined
}

const bodyOf = (value: A2aErrorValue, dialect: Dialect, facts: ErrorFacts): JsonObject => {
  const { code, message } = value
  const details = detailsOf(value, facts)
  if (dialect.version === '0.3') return { code, message, data: legacyData(value, facts) }
  if (dialect.binding === 'rest') {
    return { error: { code: facts.http, status: facts.status, message, details } }
  }
  return { code, message, data: details.length > 0 ? details : undefined }
}

/**
 * An error as a client of a dialect reads it. JSON-RPC answers 200 with the request's id (raw JSON, `null` when absent),
 * REST the status of the error; `Retry-After` where it is known.
 */
export const renderError = (value: A2aErrorValue, dialect: Dialect, id = 'null'): RenderedError => {
  const facts = factsOf(value.code, value.reason)
  const error = JSON.stringify(bodyOf(value, dialect, facts))
  const seconds = value.retryAfterSeconds
  const headers = seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }
  if (dialect.binding === 'rest') return { status: facts.http, body: error, ...headers }
  return { status: 200, body: `{"jsonrpc":"2.0","id":${id},"error":${error}}`, ...headers }
}
