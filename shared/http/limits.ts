/** Bytes of a request body where a route says nothing else. */
export const DEFAULT_BODY_BYTES = 1024 * 1024

/**
 * Milliseconds that a proxied request may wait for its invocation. The host sends both at once; when the library
 * fails before the handler is called (headers forged by the query, azure-functions-nodejs-library #324), nobody
 * would ever answer.
 */
export const UNCLAIMED_MS = 10_000

/** Milliseconds that a stream may take to end after its reader left, before it is given up. */
export const STREAM_END_MS = 5000

/** Seconds of `Retry-After` where a failure that passes by itself says nothing else. */
export const DEFAULT_RETRY_AFTER_SECONDS = 5
