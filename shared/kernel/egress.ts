/** An outgoing HTTP request. Redirects are not followed: they would lead past the check of the address. */
export type EgressRequest = {
  method: string
  url: URL
  headers: Readonly<Record<string, string>>
  body?: string | Uint8Array
  signal: AbortSignal
  /** Milliseconds to the head of the answer; then only `signal` ends it. */
  headTimeoutMs: number
  /**
   * `checked`: a user can set the URL, so private addresses are refused unless `egress.allow` lists them.
   * `trusted`: the operator's own file names the host.
   */
  target: 'checked' | 'trusted'
}

/** A body that nobody reads holds its connection until the request's `signal` aborts. */
export type EgressResponse = {
  status: number
  headers: Headers
  /** The body as it comes. @throws when the connection breaks before its end. */
  body: AsyncIterable<Uint8Array>
  /** The whole body. @throws GatewayError 413 above `maxBytes`. */
  text(maxBytes: number): Promise<string>
}

/**
 * Sends a request to the address that was checked, over kept connections.
 * @throws EgressError
 */
export type SendHttp = (request: EgressRequest) => Promise<EgressResponse>

/**
 * - `refused`: the address may not be called, or the request cannot be written; nothing was sent
 * - `unreachable`: no connection, also within `headTimeoutMs`; nothing was sent
 * - `timeout`: connected, but no answer within `headTimeoutMs`; `broken`: the connection ended, or the signal aborted. It
 *   may have been sent.
 */
export class EgressError extends Error {
  override name = 'EgressError'
  readonly kind: 'refused' | 'unreachable' | 'timeout' | 'broken'

  constructor(kind: EgressError['kind'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.kind = kind
  }
}
