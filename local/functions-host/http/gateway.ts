import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpFunction } from '../functions/function-definition.ts'
import type { Log } from '../log.ts'
import type { RouteTable } from '../routing/route-table.ts'
import { answerAdmin, type AdminServices } from './admin.ts'
import type { Authorize } from './authorize.ts'
import { applyCors, type CorsSettings } from './cors.ts'
import { answer, type Exchange } from './exchange.ts'
import type { HttpServices } from './http-invocation.ts'
import { invokeHttp } from './invoke-http.ts'
import type { StaticFiles } from './static-files.ts'
import type { Throttle } from './throttle.ts'

export type GatewayOptions = {
  services: HttpServices
  admin: AdminServices
  routes: RouteTable
  functions: ReadonlyMap<string, HttpFunction>
  authorize: Authorize
  cors: CorsSettings
  throttle: Throttle
  staticFiles: StaticFiles | undefined
  homepage: boolean
  log: Log
  secure: boolean
}

const HOMEPAGE = `<!doctype html><meta charset="utf-8"><title>Functions host</title>
<h1>Your app is up and running</h1><p>This is the local Functions host. See <a href="/admin/functions">/admin/functions</a>.</p>
`

const answerFault = async (options: GatewayOptions, { response, url }: Exchange): Promise<boolean> => {
  const { faults } = options.services.controls
  const fault = faults.idle ? undefined : await faults.hit('http', url.pathname)
  if (fault === 'drop') response.destroy()
  else if (fault === 'refuse') answer(response, 500)
  else if (fault === 'unavailable') answer(response, 503)
  return fault !== undefined
}

const answerHomepage = ({ homepage }: GatewayOptions, { request, response, url }: Exchange): boolean => {
  if (url.pathname !== '/' || (request.method !== 'GET' && request.method !== 'HEAD')) return false
  if (!homepage) answer(response, 204)
  else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(HOMEPAGE)
  return true
}

const answerFunction = async (options: GatewayOptions, exchange: Exchange): Promise<boolean> => {
  const { request, response, url } = exchange
  const found = options.routes.find(request.method ?? 'GET', url.pathname)
  const definition = found && options.functions.get(found.entry.functionName)
  if (found === undefined || definition === undefined) return false
  const need = { level: definition.authLevel, functionName: definition.name }
  if (!options.authorize(request, url, need)) {
    answer(response, 401)
    return true
  }
  const invoke = (): Promise<void> =>
    invokeHttp(options.services, exchange, { definition, values: found.values })
  if (!(await options.throttle.run(invoke))) answer(response, 429, { 'x-ms-scaleout': '1' })
  return true
}

const handle = async (options: GatewayOptions, exchange: Exchange): Promise<void> => {
  if (await answerFault(options, exchange)) return
  if (await options.staticFiles?.serve(exchange)) return
  if (applyCors(options.cors, exchange)) return
  if (await answerAdmin(options.admin, exchange)) return
  if (await answerFunction(options, exchange)) return
  if (answerHomepage(options, exchange)) return
  answer(exchange.response, 404)
}

/** The address of a request. Joined as text: a path that begins with two slashes names no other host. */
const readUrl = (request: IncomingMessage, scheme: string): URL | null => {
  const target = request.url ?? '/'
  const origin = `${scheme}://${request.headers.host ?? 'localhost'}`
  if (target.startsWith('/')) return URL.parse(origin + target)
  return /^https?:/i.test(target) ? URL.parse(target) : null
}

/** Answers every request of the host's port but `/__local/`. */
export const createGateway =
  (options: GatewayOptions) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const scheme = options.secure ? 'https' : 'http'
    const url = readUrl(request, scheme)
    if (url === null) return answer(response, 400)
    handle(options, { request, response, url, scheme }).catch((error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      if (!request.destroyed) options.log({ level: 'error', category: 'system', message })
      answer(response, 500)
    })
  }
