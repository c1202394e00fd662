/**
 * Every code that an error of the gateway can carry, with its HTTP status. Clients switch on the code, so a code is
 * never renamed; the message is for people and may change.
 */
export const errorCodes = {
  bad_request: 400,
  invalid_json: 400,
  validation_failed: 400,
  /** No credentials came with the request. */
  auth_required: 401,
  /** Credentials came, but they are unknown, malformed or expired. */
  invalid_credentials: 401,
  insufficient_scope: 403,
  not_found: 404,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  /** The gateway made a mistake; the log has the cause under the correlation id. */
  internal_error: 500,
  /** The stream was closed by an error event, or its final event was quarantined. */
  stream_failed: 500,
  /** A service the gateway stands on does not answer; the same request may succeed later. */
  unavailable: 503,
  /** A setting of the deployment is missing or malformed; the message names it. */
  not_configured: 503,
} as const

export type ErrorCode = keyof typeof errorCodes
