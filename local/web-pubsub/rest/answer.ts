import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceContext } from '../context.ts'
import { hitFault } from '../hit-fault.ts'
import { MESSAGE_MAX_BYTES } from '../limits.ts'
import { requestUrl } from '../request-url.ts'
import { readBearer, TokenError } from '../tokens/verify.ts'
import { findOperation } from './find-operation.ts'
import { RestError } from './rest-error.ts'
import type { RestReply } from './route.ts'

const API_VERSIONS = ['2021-10-01', '2022-11-01', '2023-07-01', '2024-01-01', '2024-12-01'] as const

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

/** Undefined when a fault cuts the connection instead of an answer. */
const serve = async (context: ServiceContext, request: IncomingMessage): Promise<RestReply | undefined> => {
  const url = requestUrl(context, request)
  const body = await readBody(request)
  if (request.method === 'HEAD' && url.pathname === '/api/health') return { status: 200 }
  await checkToken(context, request, url)
  checkApiVersion(url)
  const { hub, route, params } = findOperation(context.hubs, request)
  const targets = [params['group'], params['user'], params['connection'], hub.name]
  const fault = await hitFault(context.faults, 'rest', targets)
  if (fault === 'drop') return undefined
  if (fault === 'unavailable') throw new RestError(503, 'A fault makes the service unavailable.')
  if (fault === 'refuse') throw new RestError(400, 'A fault refuses the operation.')
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
    (answer) => {
      if (answer === undefined) response.destroy()
      else reply(response, answer)
    },
    (error: unknown) => {
      const known = error instanceof RestError ? error : new RestError(500, String(error))
      const { status, code, message, target } = known
      reply(response, { status, body: { code, message, target } })
    },
  )
}
