import type { Settings } from '../kernel/config/settings.ts'
import type { GatewayResponse, ResponseHeaders } from './gateway-response.ts'
import type { GuardedRequest } from './guarded-request.ts'

type Cors = Settings['cors']

/** What scripts of other origins may read beside the headers that every script may. */
const EXPOSED =
  'X-Correlation-Id, Retry-After, WWW-Authenticate, A2A-Version, A2A-Extensions, X-A2A-Extensions'

const normalize = (origin: string): string => origin.toLowerCase().replace(/\/$/, '')

const isAllowed = (cors: Cors, origin: string): boolean =>
  cors.allow_origins.some((allowed) => allowed === '*' || normalize(allowed) === normalize(origin))

/** Headers that let a page of another origin read an answer; none when its origin is not allowed. */
export const corsHeaders = (cors: Cors, origin: string | null): ResponseHeaders => {
  if (!cors.enabled) return {}
  const isAny = cors.allow_origins.includes('*')
  const vary: ResponseHeaders = isAny ? {} : { vary: 'Origin' }
  if (origin === null || !isAllowed(cors, origin)) return vary
  return {
    ...vary,
    'access-control-allow-origin': isAny ? '*' : origin,
    'access-control-expose-headers': EXPOSED,
    ...(cors.allow_credentials ? { 'access-control-allow-credentials': 'true' } : {}),
  }
}

const preflightHeaders = (cors: Cors, asked: Headers): ResponseHeaders => {
  const origin = asked.get('origin')
  const isPreflight = asked.has('access-control-request-method')
  if (!cors.enabled || origin === null || !isPreflight || !isAllowed(cors, origin)) return {}
  // "*" does not cover Authorization (Fetch standard), so what was asked for is answered.
  const headers = cors.allow_headers.includes('*')
    ? (asked.get('access-control-request-headers') ?? '*')
    : cors.allow_headers.join(', ')
  return {
    'access-control-allow-methods': cors.allow_methods.join(', '),
    'access-control-allow-headers': headers,
    'access-control-max-age': String(cors.max_age),
  }
}

/**
 * Handler of `OPTIONS {*path}`: answers every preflight with 204. Without permission the headers are missing, and the
 * browser refuses the call. (`Access-Control-Allow-Origin` comes from the guard, as on every answer.)
 */
export const answerPreflight =
  (cors: Cors) =>
  async (request: GuardedRequest): Promise<GatewayResponse> => ({
    status: 204,
    headers: preflightHeaders(cors, request.headers),
  })
