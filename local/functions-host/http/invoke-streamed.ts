import type { IncomingMessage } from 'node:http'
import { FRONT_END_IDLE_MS } from '../limits.ts'
import type { RunningApp } from '../worker/await-app.ts'
import type { Outcome } from '../invocation/execute.ts'
import { answer, answerIdle, WARNING_HEADER, type Exchange } from './exchange.ts'
import { forwardableHeaders, forwardRequest } from './forward.ts'
import type { HttpInvocation, HttpServices } from './http-invocation.ts'
import { BodyTooLargeError } from './read-body.ts'
import { watchIdle } from './watch-idle.ts'

/** Status of an invocation that the app never answered. */
const STATUS = { failed: 500, refused: 500, unavailable: 503, timeout: 502, lost: 502 } as const

const relay = (services: HttpServices, exchange: Exchange, upstream: IncomingMessage): void => {
  const { response } = exchange
  const idle = watchIdle(services.controls.clock, FRONT_END_IDLE_MS, () => response.destroy())
  upstream.on('data', idle.touch)
  upstream.on('error', () => response.destroy())
  response.on('close', idle.stop)
  response.writeHead(upstream.statusCode ?? 200, [
    ...forwardableHeaders(upstream.rawHeaders),
    ...Object.entries(services.customHeaders(exchange)).flat(),
  ])
  response.flushHeaders()
  upstream.pipe(response)
}

/** Ends a response that the app will not end. */
const giveUp = (
  services: HttpServices,
  exchange: Exchange,
  { invocation, outcome }: { invocation: HttpInvocation; outcome: Outcome },
): boolean => {
  const hang = outcome.ok ? outcome.result.hang : outcome.result?.hang
  if (hang !== undefined) {
    const warning = `${hang}: on Azure this request would never be answered`
    services.fail({
      functionName: invocation.request.functionName,
      invocationId: invocation.request.invocationId,
      reason: warning,
    })
    answer(exchange.response, 500, { [WARNING_HEADER]: warning })
    return true
  }
  if (outcome.ok || outcome.reason === 'failed') return false
  answer(exchange.response, STATUS[outcome.reason])
  return true
}

/**
 * Streaming mode: the request goes to the library's own HTTP server, while the invocation carries the trigger metadata.
 * The response is relayed as it comes. Where Azure would leave the client waiting for ever, it gets 500 and a warning.
 */
export const invokeStreamed = async (
  services: HttpServices,
  exchange: Exchange,
  invocation: HttpInvocation & { running: RunningApp; origin: URL },
): Promise<void> => {
  const { request, response } = exchange
  const cut = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) cut.abort()
  })
  const idle = watchIdle(services.controls.clock, FRONT_END_IDLE_MS, () => {
    answerIdle(response)
    cut.abort()
  })
  response.on('close', idle.stop)
  const forwarded = forwardRequest(request, {
    origin: invocation.origin,
    invocationId: invocation.request.invocationId,
    target: request.url?.startsWith('/') ? request.url : exchange.url.pathname + exchange.url.search,
    scheme: exchange.scheme,
    body: invocation.body,
    signal: cut.signal,
  }).then(
    (upstream) => {
      idle.stop()
      if (response.destroyed || response.headersSent) upstream.destroy()
      else relay(services, exchange, upstream)
    },
    (error: unknown) => {
      answer(response, error instanceof BodyTooLargeError ? 413 : 502)
    },
  )
  const outcome = await services.execute(invocation.running, invocation.request)
  if (giveUp(services, exchange, { invocation, outcome })) cut.abort()
  await forwarded
}
