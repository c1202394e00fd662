import type { SignalErrorCode } from '../contract/signaling/error-code.ts'

/** What exactly can be wrong, for programs, and the code that the protocol has for it. Sent as `details.reason`. */
const codes = {
  not_json: 'MALFORMED_MESSAGE',
  too_large: 'MALFORMED_MESSAGE',
  schema: 'MALFORMED_MESSAGE',
  not_for_the_gateway: 'MALFORMED_MESSAGE',
  version: 'UNSUPPORTED_VERSION',
  stale: 'INVALID_SIGNATURE',
  replayed: 'INVALID_SIGNATURE',
  signature: 'INVALID_SIGNATURE',
  wrong_did: 'INVALID_SIGNATURE',
  wrong_key: 'INVALID_SIGNATURE',
  nonce: 'INVALID_SIGNATURE',
  unresolvable_did: 'INVALID_SIGNATURE',
  slow_did: 'TIMEOUT',
  not_registered: 'CONNECTION_REFUSED',
  replaced: 'CONNECTION_REFUSED',
  rate_limited: 'CONNECTION_REFUSED',
  unknown_agent: 'UNKNOWN_AGENT',
  unknown_request: 'UNKNOWN_AGENT',
  unavailable: 'INTERNAL_ERROR',
} as const satisfies Record<string, SignalErrorCode>

export type SignalReason = keyof typeof codes

/** A frame that is answered with an ERROR. `message` says what happened, why, and how to solve it. */
export class SignalFailure extends Error {
  override name = 'SignalFailure'
  readonly reason: SignalReason
  readonly code: SignalErrorCode
  /** Whether the connection ends with it. */
  readonly closes: boolean
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    reason: SignalReason,
    message: string,
    options: { closes?: boolean; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.reason = reason
    this.code = codes[reason]
    this.closes = options.closes ?? false
    this.details = options.details ?? {}
  }
}
