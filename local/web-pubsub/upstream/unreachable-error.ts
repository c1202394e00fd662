/** A call without an answer. */
export class UnreachableError extends Error {
  override name = 'UnreachableError'
}

/** What went wrong in a request; of `fetch` the interesting part is the cause. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message
}
