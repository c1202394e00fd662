import { randomUUID } from 'node:crypto'
import type { HttpFunction } from '../functions/function-definition.ts'
import { createTraceContext } from '../invocation/trace-context.ts'
import type { RouteValues } from '../routing/match-route.ts'
import { ProcessGoneError } from '../worker/app-process.ts'
import { joinHeaders, readBindingData } from './binding-data.ts'
import { answer, answerText, type Exchange } from './exchange.ts'
import type { HttpInvocation, HttpServices } from './http-invocation.ts'
import { invokeBuffered } from './invoke-buffered.ts'
import { invokeStreamed } from './invoke-streamed.ts'
import { BodyTooLargeError, readAnnouncedBody } from './read-body.ts'

const createInvocation = (
  exchange: Exchange,
  definition: HttpFunction,
  { values, body }: { values: RouteValues; body: Buffer | undefined },
): HttpInvocation => {
  const { request, url } = exchange
  const header = (name: string): string | undefined => request.headers[name]?.toString()
  return {
    values,
    body,
    headers: joinHeaders(request),
    request: {
      invocationId: randomUUID(),
      functionName: definition.name,
      inputData: [{ name: definition.trigger.name, data: { http: {} } }],
      triggerMetadata: readBindingData(request, url, { values, body }),
      traceContext: createTraceContext(header('traceparent'), header('tracestate')),
    },
  }
}

/** Runs an HTTP function for a request, in the mode that the app's library announced. */
export const invokeHttp = async (
  services: HttpServices,
  exchange: Exchange,
  { definition, values }: { definition: HttpFunction; values: RouteValues },
): Promise<void> => {
  try {
    const body = await readAnnouncedBody(exchange.request)
    const running = await services.fleet.acquire(definition.name)
    if (exchange.response.destroyed) return
    const invocation = { ...createInvocation(exchange, definition, { values, body }), running }
    const httpUri = running.app.capabilities['HttpUri']
    await (httpUri === undefined
      ? invokeBuffered(services, exchange, invocation)
      : invokeStreamed(services, exchange, { ...invocation, origin: new URL(httpUri) }))
  } catch (error) {
    if (error instanceof BodyTooLargeError) answer(exchange.response, 413, { connection: 'close' })
    else if (error instanceof ProcessGoneError) {
      answerText(exchange.response, 503, 'Function host is not running.')
    } else throw error
  }
}
