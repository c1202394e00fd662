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

/** - `refused`: the address may not be called; `unreachable`: no connection, nothing was sent; `timeout`, `broken`: it was sent. */
export class EgressError extends Error {
  override name = 'EgressError'
  readonly kind: 'refused' | 'unreachable' | 'timeout' | 'broken'

  constructor(kind: EgressError['kind'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.kind = kind
  }
}
