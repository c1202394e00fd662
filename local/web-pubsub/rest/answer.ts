import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceContext } from '../context.ts'
import type { Hub } from '../hubs/hub.ts'
import { MESSAGE_MAX_BYTES } from '../limits.ts'
import { readBearer, TokenError } from '../tokens/verify.ts'
import { RestError } from './rest-error.ts'
import { matchPath, type RestReply, type RestRoute } from './route.ts'
import { sendRoutes } from './send.ts'

const API_VERSIONS = ['2021-10-01', '2022-11-01', '2023-07-01', '2024-01-01', '2024-12-01'] as const

const routes: RestRoute[] = [...sendRoutes]

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= MESSAGE_MAX_BYTES) chunks.push(bytes)
  }
  if (size > MESSAGE_MAX_BYTES) throw new RestError(413, `A message has at most ${MESSAGE_MAX_BYTES} bytes.`)
  return Buffer.concat(chunks)
}

const checkToken = async (context: ServiceContext, request: IncomingMessage, url: URL): Promise<void> => {
  const token = readBearer(request.headers.authorization)
  if (token === undefined) throw new RestError(401, 'The request has no bearer token.')
  try {
    await context.verifiers.verifyServiceToken(token, [url.href])
  } catch (error) {
    throw error instanceof TokenError ? new RestError(401, error.message) : error
  }
}

const checkApiVersion = (url: URL): void => {
  const version = url.searchParams.get('api-version')
  if (API_VERSIONS.some((known) => version?.startsWith(known) === true)) return
  throw new RestError(
    400,
    `api-version ${version} is not known. Known: ${API_VERSIONS.join(', ')}.`,
    'api-version',
  )
}

type Match = { hub: Hub; route: RestRoute; params: Record<string, string> }

/** The operation of a path. The raw path is matched: URL would leave the encoded names as they are, but drop dots. */
const findRoute = (context: ServiceContext, request: IncomingMessage): Match => {
  const path = (request.url ?? '/').replace(/\?.*$/, '')
  const [, hubName = '', rest = ''] = /^\/api\/hubs\/([^/]+)(\/.*)$/.exec(path) ?? []
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, rest)
    return params === undefined ? [] : [{ route, params }]
  })
  const match = matches.find(({ route }) => route.method === request.method)
  if (match === undefined) {
    throw matches.length === 0
      ? new RestError(404, `No operation at ${path}.`)
      : new RestError(405, `${request.method} is not an operation of ${path}.`)
  }
  const hub = context.hubs.find(decodeURIComponent(hubName))
  if (hub !== undefined) return { hub, ...match }
  throw new RestError(
    400,
    `'${hubName}' is not a hub name: a letter first, then letters, digits, _ \` , . [ ]`,
    'hub',
  )
}

const serve = async (context: ServiceContext, request: IncomingMessage): Promise<RestReply> => {
  const scheme = context.secure ? 'https' : 'http'
  const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host ?? 'localhost'}`)
  const body = await readBody(request)
  await checkToken(context, request, url)
  checkApiVersion(url)
  const { hub, route, params } = findRoute(context, request)
  return route.answer({ context, hub, params, url, headers: request.headers, body })
}

const reply = (response: ServerResponse, { status, body }: RestReply): void => {
  response.setHeader('api-supported-versions', API_VERSIONS.join(', '))
  if (body === undefined) response.writeHead(status, { 'content-length': 0 }).end()
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Answers a request of the REST data plane. */
export const answerRest = (
  context: ServiceContext,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  serve(context, request).then(
    (answer) => reply(response, answer),
    (error: unknown) => {
      const { status, code, message, target } =
        error instanceof RestError
          ? error
          : new RestError(500, error instanceof Error ? error.message : String(error))
      reply(response, { status, body: { code, message, target } })
    },
  )
}
