import { hostname } from 'node:os'
import * as z from 'zod'
import type { FunctionIndex } from '../functions/index-functions.ts'
import type { FunctionMetadata } from '../worker/protocol.ts'
import type { Authorize } from './authorize.ts'
import { answer, answerJson, type Exchange } from './exchange.ts'

/** What the routes under `/admin/` need. */
export type AdminServices = {
  authorize: Authorize
  index: FunctionIndex
  registered: readonly FunctionMetadata[]
  baseUrl: string
  startedAt: number
  /** Runs a function with a text as its trigger's input; undefined when there is no such function. */
  runManually(name: string, input: string): boolean
  /** Runs the warmup function if the plan has one; undefined where `/admin/warmup` does not exist. */
  warmup: (() => Promise<void>) | undefined
}

type Answer = (services: AdminServices, exchange: Exchange) => Promise<void> | void

const Invocation = z.object({ input: z.string().default('') })

const describeFunction = (services: AdminServices, metadata: FunctionMetadata): object => {
  const route = services.index.routes.find(({ functionName }) => functionName === metadata.name)
  const href = `${services.baseUrl}/admin/functions/${metadata.name}`
  return {
    name: metadata.name,
    href,
    invoke_url_template: route === undefined ? null : `${services.baseUrl}/${route.template.text}`,
    language: 'node',
    isDisabled: services.index.disabled.includes(metadata.name),
    config: { name: metadata.name, scriptFile: 'n/a', language: 'node', bindings: metadata.bindings },
    errors: services.index.errors
      .filter(({ functionName }) => functionName === metadata.name)
      .map(({ reason }) => reason),
  }
}

const sendStatus: Answer = (services, { response }) =>
  answerJson(response, 200, {
    id: hostname(),
    state: 'Running',
    version: '4.0.0-local',
    versionDetails: '4.0.0-local',
    platformVersion: '',
    instanceId: '',
    computerName: hostname(),
    processUptime: Math.round(performance.now() - services.startedAt),
    functionAppContentEditingState: 'NotAllowed',
    ...(services.index.errors.length === 0
      ? {}
      : {
          errors: services.index.errors.map(
            ({ functionName, reason }) => `The '${functionName}' function is in error: ${reason}`,
          ),
        }),
  })

const readBody = async ({ request }: Exchange): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

const parseInvocation = (text: string): z.infer<typeof Invocation> | undefined => {
  if (text === '') return { input: '' }
  try {
    return Invocation.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const runFunction = async (services: AdminServices, exchange: Exchange, name: string): Promise<void> => {
  const invocation = parseInvocation(await readBody(exchange))
  if (invocation === undefined) {
    return answerJson(exchange.response, 400, { error: 'The body must be JSON: {"input": "text"}.' })
  }
  answer(exchange.response, services.runManually(name, invocation.input) ? 202 : 404)
}

const sendFunction = (services: AdminServices, { response }: Exchange, name: string): void => {
  const metadata = services.registered.find((known) => known.name.toLowerCase() === name.toLowerCase())
  if (metadata === undefined) answer(response, 404)
  else answerJson(response, 200, describeFunction(services, metadata))
}

const runWarmup: Answer = async (services, { response }) => {
  if (services.warmup === undefined) return answer(response, 404)
  await services.warmup()
  answer(response, 200)
}

const ROUTES: Record<string, Answer> = {
  'GET /admin/host/status': sendStatus,
  'GET /admin/functions': (services, { response }) =>
    answerJson(
      response,
      200,
      services.registered.map((metadata) => describeFunction(services, metadata)),
    ),
  'GET /admin/warmup': runWarmup,
  'POST /admin/warmup': runWarmup,
}

/** Answers the host's own routes; false when the path is not one of them. */
export const answerAdmin = async (services: AdminServices, exchange: Exchange): Promise<boolean> => {
  const { request, response, url } = exchange
  const path = url.pathname.toLowerCase().replace(/\/$/, '')
  const reserved = path === '/admin' || path.startsWith('/admin/') || path.startsWith('/runtime/')
  if (!reserved) return false
  if (path === '/admin/host/ping') answer(response, 200)
  else if (!services.authorize(request, url, { level: 'admin' })) answer(response, 401)
  else {
    const route = ROUTES[`${request.method} ${path}`]
    const name = /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1]
    if (route !== undefined) await route(services, exchange)
    else if (name !== undefined && request.method === 'POST') await runFunction(services, exchange, name)
    else if (name !== undefined && request.method === 'GET') sendFunction(services, exchange, name)
    else answer(response, 404)
  }
  return true
}
