import type { Log } from '../../kernel/log.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { A2aFailure, a2aFailure } from '../a2a-failure.ts'

/** A failure as A2A says it; `status` where the REST binding has another one than the reason's. */
export type SaidFailure = { failure: A2aFailure; status?: number }

const UNSAID = new Set(['auth_required', 'invalid_credentials', 'insufficient_scope'])

const ofGateway = (error: GatewayError): SaidFailure => {
  if (error.code === 'payload_too_large') return { failure: a2aFailure('TOO_LARGE', error.message) }
  if (error.status < 500) return { failure: a2aFailure('INVALID_REQUEST', error.message), status: error.status }
  const { retryAfterSeconds } = error
  const options = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return { failure: a2aFailure('INTERNAL_ERROR', error.message, options), status: error.status }
}

/**
 * Turns whatever went wrong into an A2A error; what has no meaning for the client is logged and told as internal.
 * @throws GatewayError 401 and 403 as they are: A2A leaves them to plain HTTP.
 */
export const failureOf = (error: unknown, log: Log): SaidFailure => {
  if (error instanceof A2aFailure) return { failure: error }
  if (error instanceof GatewayError && error.code !== 'internal_error') {
    if (UNSAID.has(error.code)) throw error
    if (error.status >= 500) log.warn('An A2A request failed for now.', { error })
    return ofGateway(error)
  }
  log.error('An A2A request failed.', { error })
  const message =
    'The gateway failed while it worked on this request. The reason is in its log, under the correlation id of this answer.'
  return { failure: a2aFailure('INTERNAL_ERROR', message) }
}
