import { type ErrorCode, errorCodes } from '../contract/error-codes.ts'

export type GatewayErrorOptions = {
  /** Facts for the client, sent with the error. Never secrets, never internals. */
  details?: Record<string, unknown>
  /** Whether the same request may succeed later. Default: true for status 503. */
  retryable?: boolean
  /** Sent as `Retry-After`. */
  retryAfterSeconds?: number
  executionId?: string
  /** For the log only. */
  cause?: unknown
}

/**
 * A failure with a meaning for the caller. Its message says what happened, why, and how to solve it, and is sent as it
 * stands; every other error is logged and answered as `internal_error`.
 */
export class GatewayError extends Error {
  override name = 'GatewayError'
  readonly code: ErrorCode
  readonly status: number
  readonly details: Record<string, unknown>
  readonly retryable: boolean
  readonly retryAfterSeconds: number | undefined
  readonly executionId: string | undefined

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.status = errorCodes[code]
    this.details = options.details ?? {}
    this.retryable = options.retryable ?? this.status === 503
    this.retryAfterSeconds = options.retryAfterSeconds
    this.executionId = options.executionId
  }
}

const constructorOf =
  (code: ErrorCode) =>
  (message: string, options?: GatewayErrorOptions): GatewayError =>
    new GatewayError(code, message, options)

export const badRequest = constructorOf('bad_request')
export const validationFailed = constructorOf('validation_failed')
export const notFound = constructorOf('not_found')
export const conflict = constructorOf('conflict')
export const tooLarge = constructorOf('payload_too_large')
export const forbidden = constructorOf('insufficient_scope')

/** 401: `auth_required` when nothing was presented, `invalid_credentials` when it does not hold. */
export const unauthorized = (
  code: 'auth_required' | 'invalid_credentials',
  message: string,
  options?: GatewayErrorOptions,
): GatewayError => new GatewayError(code, message, options)

/** 503 with a default `Retry-After` of 5 s: a service that the gateway stands on does not answer. */
export const unavailable = (message: string, options: GatewayErrorOptions = {}): GatewayError =>
  new GatewayError('unavailable', message, { retryAfterSeconds: 5, ...options })

/** 503: a setting is missing or malformed. Waiting does not help, the deployment must change. */
export const notConfigured = (
  setting: string,
  message: string,
  options: { cause?: unknown } = {},
): GatewayError =>
  new GatewayError('not_configured', message, { details: { setting }, retryable: false, ...options })
