import { EgressError, type EgressRequest } from '../egress.ts'

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'

/**
 * Why there is no answer. Once a connection stood, the request may have arrived, whatever happened to the connection:
 * also one that was kept and then closed by the other side looks the same whether the request was read or not.
 */
export const toEgressError = (
  error: unknown,
  { url, signal }: EgressRequest,
  wasConnected: boolean,
): EgressError => {
  if (error instanceof EgressError) return error
  const options = { cause: error }
  // Neither path nor query: they may hold secrets.
  const { host } = url
  if (signal.aborted) return new EgressError('broken', `The request to ${host} was given up.`, options)
  const code = codeOf(error)
  return wasConnected
    ? new EgressError('broken', `The connection to ${host} broke before its answer (${code}).`, options)
    : new EgressError('unreachable', `${host} cannot be reached (${code}).`, options)
}
