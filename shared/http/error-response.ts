import type { ErrorBody } from '../contract/error-body.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { ResponseHeaders } from './gateway-response.ts'
import { DEFAULT_RETRY_AFTER_SECONDS } from './limits.ts'

/** What a client is told of a failure that has no meaning for it. The log has the rest. */
const internalError = (cause: unknown): GatewayError =>
  new GatewayError(
    'internal_error',
    'The gateway failed while it worked on this request. The reason is in its log, under the correlation id of this answer.',
    { cause },
  )

export const asGatewayError = (error: unknown): GatewayError =>
  error instanceof GatewayError ? error : internalError(error)

/** RFC 6750, 3. */
const challenge = (error: GatewayError): ResponseHeaders => {
  if (error.code === 'auth_required') return { 'www-authenticate': 'Bearer' }
  if (error.code === 'invalid_credentials') return { 'www-authenticate': 'Bearer error="invalid_token"' }
  if (error.code === 'insufficient_scope') return { 'www-authenticate': 'Bearer error="insufficient_scope"' }
  return {}
}

const retryAfter = (error: GatewayError): ResponseHeaders => {
  const seconds =
    error.retryAfterSeconds ?? (error.status === 503 && error.retryable ? DEFAULT_RETRY_AFTER_SECONDS : 0)
  return seconds > 0 ? { 'retry-after': String(Math.ceil(seconds)) } : {}
}

/** The answer to a failure. `now` is milliseconds since the epoch. */
export const errorResponse = (
  error: GatewayError,
  context: { correlationId: string; now: number },
): { status: number; headers: ResponseHeaders; json: ErrorBody } => {
  const json: ErrorBody = {
    error: {
      code: error.code,
      message: error.message,
      details: error.details,
      correlation_id: context.correlationId,
      timestamp: new Date(context.now).toISOString(),
      ...(error.executionId === undefined ? {} : { execution_id: error.executionId }),
    },
  }
  return { status: error.status, headers: { ...challenge(error), ...retryAfter(error) }, json }
}
