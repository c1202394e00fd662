/**
 * Why something did not work:
 * - `refused`: the gateway or the other agent answered with an ERROR frame; `details.code` is its code and
 *   `details.reason` says more
 * - `replaced`: another connection has registered with the same key, and this one has ended
 * - `gateway_changed`: whoever answers now is not the gateway of before; the connection has ended
 * - `not_connected`, `connection_lost`: there is no connection (any more); it comes back by itself after `register`
 * - `too_large`: the frame has more than 1,000,000 bytes
 * - `timeout`: no answer came in time
 * - `closed`: the connection was closed by `close`
 * - `invalid_key`, `invalid_url`: what was given cannot be used
 * - `http`: the gateway answered a request with the status in `details.status`
 * - `task_failed`, `task_expired`: the watched task has ended without a result
 * - `peer_failed`: no peer connection came about
 */
export type ClientErrorCode =
  | 'refused'
  | 'replaced'
  | 'gateway_changed'
  | 'not_connected'
  | 'connection_lost'
  | 'too_large'
  | 'timeout'
  | 'closed'
  | 'invalid_key'
  | 'invalid_url'
  | 'http'
  | 'task_failed'
  | 'task_expired'
  | 'peer_failed'

/** Every error of this library. */
export class ClientError extends Error {
  override name = 'ClientError'
  readonly code: ClientErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ClientErrorCode,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}
