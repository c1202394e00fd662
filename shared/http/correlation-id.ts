const WELL_FORMED = /^[\w.:@+-]{1,128}$/

/** W3C Trace Context, 3.2: version, trace id, parent id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/

/**
 * The id under which everything about a request is found: the client's own, when it is well-formed
 * (`X-Correlation-Id`, else the trace id of `traceparent`), or a new one.
 */
export const correlationIdOf = (headers: Headers, createId: () => string): string => {
  const given = headers.get('x-correlation-id')
  if (given !== null && WELL_FORMED.test(given)) return given
  return TRACEPARENT.exec(headers.get('traceparent') ?? '')?.[1] ?? createId()
}
