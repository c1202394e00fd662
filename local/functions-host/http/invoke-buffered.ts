import { FRONT_END_IDLE_MS } from '../limits.ts'
import type { Outcome } from '../invocation/execute.ts'
import type { RpcHttp } from '../worker/protocol.ts'
import type { RunningApp } from '../worker/await-app.ts'
import { answer, answerIdle, type Exchange } from './exchange.ts'
import type { HttpInvocation, HttpServices } from './http-invocation.ts'
import { serializeCookie } from './serialize-cookie.ts'
import { watchIdle } from './watch-idle.ts'

const STATUS = { failed: 500, refused: 500, unavailable: 503, timeout: 500, lost: 502 } as const

const nullable = (values: Iterable<readonly [string, string]>): Record<string, { value: string }> =>
  Object.fromEntries([...values].map(([key, value]) => [key, { value }]))

/** The request as Azure sends it over gRPC: repeated query keys and headers joined, a body only if it has a length. */
const toRpcHttp = ({ request, url, scheme }: Exchange, invocation: HttpInvocation): RpcHttp => ({
  url: `${scheme}://${request.headers.host ?? url.host}${url.pathname}${url.search}`,
  method: request.method ?? 'GET',
  nullableHeaders: nullable(
    Object.entries(invocation.headers).map(([name, value]) => [name.toLowerCase(), value] as const),
  ),
  nullableQuery: nullable(
    [...new Set(url.searchParams.keys())].map(
      (key) => [key, url.searchParams.getAll(key).join(',')] as const,
    ),
  ),
  nullableParams: nullable(invocation.values),
  ...(invocation.body === undefined ? {} : { body: { bytes: invocation.body } }),
})

const findHttpOutput = (outcome: Outcome & { ok: true }): RpcHttp | undefined =>
  outcome.result.returnValue?.http ??
  outcome.result.outputData.find(({ data }) => data.http !== undefined)?.data.http

const sendRpcHttp = (exchange: Exchange, output: RpcHttp, customHeaders: Record<string, string>): void => {
  const { response } = exchange
  const body = Buffer.from(output.body?.bytes ?? output.body?.string ?? '')
  const status = Number(output.statusCode ?? 200)
  const headers = { ...output.headers, ...customHeaders }
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'transfer-encoding' && name.toLowerCase() !== 'content-length') {
      response.setHeader(name, value)
    }
  }
  const cookies = (output.cookies ?? []).map(serializeCookie)
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  const bodiless = status === 204 || status === 205 || status === 304
  if (!bodiless) response.setHeader('content-length', body.length)
  response.writeHead(status)
  response.end(bodiless || exchange.request.method === 'HEAD' ? undefined : body)
}

/**
 * Non-streaming mode: request and response travel inside the invocation, buffered. A throwing handler is 500 without
 * a body, one that returns nothing is 204, one that takes longer than the front end waits is 504.
 */
export const invokeBuffered = async (
  services: HttpServices,
  exchange: Exchange,
  invocation: HttpInvocation & { running: RunningApp },
): Promise<void> => {
  const { request } = invocation
  const withHttp = {
    ...request,
    inputData: request.inputData.map(({ name }) => ({
      name,
      data: { http: toRpcHttp(exchange, invocation) },
    })),
  }
  const idle = watchIdle(services.controls.clock, FRONT_END_IDLE_MS, () => answerIdle(exchange.response))
  exchange.response.on('close', idle.stop)
  const outcome = await services.execute(invocation.running, withHttp)
  if (exchange.response.headersSent || exchange.response.destroyed) return
  if (!outcome.ok) return answer(exchange.response, STATUS[outcome.reason])
  const output = findHttpOutput(outcome)
  if (output === undefined) return answer(exchange.response, 204)
  sendRpcHttp(exchange, output, services.customHeaders(exchange))
}
