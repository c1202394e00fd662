import { type Dialect, type Said, shapeOf } from '../../contract/a2a/dialect.ts'
import { notFound } from '../../kernel/errors.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import type { A2aFailure } from '../a2a-failure.ts'
import { sayAs } from '../dialect/said.ts'
import { renderError } from '../dialect/render-error.ts'
import { retryAfter } from './retry-after.ts'
import type { Speech } from './speech.ts'

/** JSON-RPC errors travel with 200 but for those that HTTP itself has a word for, which clients and proxies act on. */
const statusOf = ({ value }: A2aFailure): number => {
  if (value.reason === 'TOO_LARGE') return 413
  if (value.reason === 'OVERLOADED') return 503
  return value.reason === 'IDEMPOTENCY_CONFLICT' ? 409 : 200
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** JSON-RPC, with the request's own id as it was written. */
export const speakJsonRpc = (dialect: Dialect, id: string): Speech => {
  const shape = shapeOf(dialect)
  const result = (text: string): string =>
    jsonObject([
      ['jsonrpc', '"2.0"'],
      ['id', id],
      ['result', text],
    ])
  const error = (failure: A2aFailure): string => renderError(failure.value, dialect, id).body
  return {
    answer: (operation, said: Said) => ({
      status: 200,
      headers: JSON_TYPE,
      text: result(sayAs(operation, said, shape)),
    }),
    fail: (failure) => {
      if (failure.value.reason === 'AGENT_NOT_FOUND') throw notFound(failure.message)
      const status = statusOf(failure)
      return { status, headers: { ...JSON_TYPE, ...retryAfter(failure, status) }, text: error(failure) }
    },
    event: (said) => result(sayAs('event', said, shape)),
    failedEvent: error,
  }
}
