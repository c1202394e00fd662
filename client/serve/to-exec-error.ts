import type { ExecError } from '../messages.ts'

const INTERNAL_ERROR = -32603

/**
 * What a caller is told of an error: its own words where it has a whole number as `code`, as JSON-RPC errors have; of all
 * others only that there was one.
 */
export const toExecError = (error: unknown): Exclude<ExecError, string> => {
  const { code, message, data } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >
  if (Number.isInteger(code) && typeof message === 'string') {
    return { code: Number(code), message, ...(data === undefined ? {} : { data }) }
  }
  return { code: INTERNAL_ERROR, message: 'The agent made a mistake. Its own log may say which.' }
}
