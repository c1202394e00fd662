import type { Exchange } from './exchange.ts'

export type CorsSettings = { origins: readonly string[]; credentials: boolean }

/** Reads `Host.CORS`: a comma-separated list of origins, or `*`. */
export const readCors = (list: string | undefined, credentials: boolean): CorsSettings => ({
  origins: (list ?? '')
    .split(',')
    .map((origin) => origin.trim().replace(/\/$/, ''))
    .filter(Boolean),
  credentials,
})

/**
 * Cross-origin access as the host grants it by its settings; without settings the app answers for itself.
 * @returns true when the request was a preflight, which is then answered.
 */
export const applyCors = (settings: CorsSettings, { request, response }: Exchange): boolean => {
  const { origin } = request.headers
  if (settings.origins.length === 0 || origin === undefined) return false
  const anywhere = settings.origins.includes('*')
  if (anywhere || settings.origins.some((known) => known.toLowerCase() === origin.toLowerCase())) {
    response.setHeader('access-control-allow-origin', anywhere && !settings.credentials ? '*' : origin)
    if (settings.credentials) response.setHeader('access-control-allow-credentials', 'true')
    if (!anywhere || settings.credentials) response.setHeader('vary', 'Origin')
  }
  const method = request.headers['access-control-request-method']
  if (request.method !== 'OPTIONS' || method === undefined) return false
  if (response.hasHeader('access-control-allow-origin')) {
    response.setHeader('access-control-allow-methods', method)
    const headers = request.headers['access-control-request-headers']
    if (headers !== undefined) response.setHeader('access-control-allow-headers', headers)
  }
  response.writeHead(204).end()
  return true
}
