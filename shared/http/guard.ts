import type { HttpHandler, HttpResponseInit } from '@azure/functions'
import type { Access } from '../access/access.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Config } from '../kernel/config.ts'
import { badRequest, GatewayError, notFound } from '../kernel/errors.ts'
import { type Log, withLogFields } from '../kernel/log.ts'
import { admit } from './admit.ts'
import { breaksLibrary } from './breaks-library.ts'
import type { Exchange, RequestCapture } from './capture-requests.ts'
import { errorResponse } from './error-response.ts'
import type { GatewayResponse } from './gateway-response.ts'
import { createGuardedRequest, type GuardedRequest, readUrl } from './guarded-request.ts'
import { DEFAULT_BODY_BYTES } from './limits.ts'
import { compileRoute, type ParamsOf, type RoutePattern } from './route-pattern.ts'
import { createServeExchange, type ExchangeContext } from './serve-exchange.ts'

export type GuardOptions<Route extends string> = {
  /** The route as it is registered with the Functions host; its parameters are the only ones the handler gets. */
  route: Route
  /** What a caller must be allowed to do ("agents:invoke:{id}" takes parameters), or `public` for everyone. */
  scope: string
  /** The parameter that holds a stream's id, where a `?ticket=` for that stream is as good as the scope. */
  ticketFor?: ParamsOf<Route>
  /** Default: 1 MiB. */
  maxBodyBytes?: number
}

export type GuardedHandler<Param extends string> = (
  request: GuardedRequest<Param>,
) => Promise<GatewayResponse>

/** Wraps a handler for `app.http`. */
export type Guard = <const Route extends string>(
  options: GuardOptions<Route>,
  handler: GuardedHandler<ParamsOf<Route>>,
) => HttpHandler

/** The library sends its answer into the void (see capture-requests.ts); it only has to be one. */
const ANSWERED: HttpResponseInit = { status: 200 }

const readParams = <Param extends string>(
  route: RoutePattern<Param>,
  path: string,
): Record<Param, string> => {
  try {
    const params = route.match(path)
    if (params !== undefined) return params
  } catch (cause) {
    throw badRequest('The path is not percent-encoded UTF-8. Encode it as encodeURIComponent does.', {
      cause,
    })
  }
  throw notFound('There is nothing at this path. Check the address.')
}

const checkAnswer = (answer: GatewayResponse | undefined): GatewayResponse => {
  if (answer !== undefined) return answer
  throw new TypeError('A handler answered nothing.')
}

/** Why an invocation never came: nearly always headers that the platform took from the query or the body. */
const unclaimed = ({ request }: Exchange): GatewayError =>
  breaksLibrary(request.url ?? '')
    ? badRequest('The query has a parameter "headers", which the platform takes for HTTP headers. Rename it.')
    : new GatewayError('internal_error', 'The platform did not hand on this request. Send it again.', {
        cause: new Error('No invocation came for a proxied request.'),
      })

/** The answer through the library, where nothing else is left. */
const unseen = (invocationId: string, now: number): HttpResponseInit => {
  const error = new GatewayError('internal_error', 'The gateway could not see this request as it was sent.')
  const { status, json } = errorResponse(error, { correlationId: invocationId, now })
  return { status, jsonBody: json }
}

/**
 * The one guard around every HTTP handler. It never throws and always answers: failures become error bodies, a stream
 * that breaks cuts the connection, a client that leaves ends the handler's stream. It checks credentials, and hands on
 * nothing that came by trigger data.
 */
export const createGuard = (options: {
  config: Config
  access: Access
  log: Log
  clock: Clock
  requests: RequestCapture
}): Guard => {
  const { access, log, clock, requests } = options
  const serve = createServeExchange(options)
  requests.onUnclaimed((exchange) => void serve(exchange, async () => Promise.reject(unclaimed(exchange))))

  return (rules, handler) => {
    const route = compileRoute(rules.route)
    const limits = { maxBodyBytes: rules.maxBodyBytes ?? DEFAULT_BODY_BYTES }

    const handle = async ({ request }: Exchange, context: ExchangeContext): Promise<GatewayResponse> => {
      const { headers } = context
      const url = readUrl(request, headers)
      const [path = '/'] = (request.url ?? '/').split('?', 1)
      const params = readParams(route, path)
      const caller = await admit(access, rules, { path, params, headers, query: url.searchParams })
      return checkAnswer(
        await handler(createGuardedRequest(request, { ...context, url, params, caller }, limits)),
      )
    }

    return async (_request, invocation) => {
      const exchange = requests.take(invocation.invocationId)
      if (exchange === undefined) {
        log.error('The proxied request of an invocation was not seen; it is answered with 500.', {
          function: invocation.functionName,
        })
        return unseen(invocation.invocationId, clock.now())
      }
      const work = (context: ExchangeContext): Promise<GatewayResponse> => handle(exchange, context)
      await withLogFields({ function: invocation.functionName }, () => serve(exchange, work))
      return ANSWERED
    }
  }
}
