import type { A2aFailure } from '../a2a-failure.ts'

/** Seconds of `Retry-After` where a failure that passes by itself says nothing else. */
const DEFAULT_SECONDS = 5

/** The header that says when to come again: with every 503, and where the failure says so. */
export const retryAfter = ({ value }: A2aFailure, status: number): Record<string, string> => {
  const seconds = value.retryAfterSeconds ?? (status === 503 ? DEFAULT_SECONDS : 0)
  return seconds > 0 ? { 'retry-after': String(Math.ceil(seconds)) } : {}
}
