import { GatewayError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { A2aFailure, a2aFailure } from '../a2a-failure.ts'

/** A2A leaves these to plain HTTP. */
const OF_HTTP = new Set([401, 403])

const ofGateway = (error: GatewayError): A2aFailure => {
  const { code, status, message, retryAfterSeconds } = error
  if (code === 'payload_too_large') return a2aFailure('TOO_LARGE', message)
  if (status < 500) return a2aFailure('INVALID_REQUEST', message)
  if (status !== 503) return a2aFailure('INTERNAL_ERROR', message)
  return a2aFailure(
    'GATEWAY_UNAVAILABLE',
    message,
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  )
}

/**
 * Whatever went wrong, as an A2A error; what has no meaning for the client is logged and told as internal.
 * @throws GatewayError 401 and 403 as they are.
 */
export const failureOf = (error: unknown, log: Log): A2aFailure => {
  if (error instanceof A2aFailure) return error
  if (error instanceof GatewayError && error.code !== 'internal_error') {
    if (OF_HTTP.has(error.status)) throw error
    if (error.status >= 500) log.warn('An A2A request failed for now.', { error })
    return ofGateway(error)
  }
  log.error('An A2A request failed.', { error })
  return a2aFailure(
    'INTERNAL_ERROR',
    'The gateway failed while it worked on this request. The reason is in its log, under the correlation id of this answer.',
  )
}
