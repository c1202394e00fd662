import type { SignalErrorCode } from '../contract/signaling/error-code.ts'

/** What exactly was wrong, for programs; with `code` it is sent as `details.reason`. */
export type SignalReason =
  | 'not_json'
  | 'too_large'
  | 'schema'
  | 'version'
  | 'stale'
  | 'replayed'
  | 'signature'
  | 'wrong_did'
  | 'wrong_key'
  | 'nonce'
  | 'unresolvable_did'
  | 'not_registered'
  | 'replaced'
  | 'rate_limited'
  | 'unknown_agent'
  | 'unknown_request'
  | 'not_for_the_gateway'
  | 'unavailable'

/** A frame that is answered with an ERROR. `message` says what happened, why, and how to solve it. */
export class SignalFailure extends Error {
  override name = 'SignalFailure'
  readonly code: SignalErrorCode
  readonly reason: SignalReason
  /** Whether the connection ends with it. */
  readonly closes: boolean
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: SignalErrorCode,
    reason: SignalReason,
    message: string,
    options: { closes?: boolean; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.reason = reason
    this.closes = options.closes ?? false
    this.details = options.details ?? {}
  }
}
