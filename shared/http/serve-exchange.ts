import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Clock } from '../kernel/clock.ts'
import type { Config } from '../kernel/config.ts'
import type { GatewayError } from '../kernel/errors.ts'
import { type Log, withLogFields } from '../kernel/log.ts'
import { type Background, createBackground } from './background.ts'
import type { Exchange } from './capture-requests.ts'
import { correlationIdOf } from './correlation-id.ts'
import { corsHeaders } from './cors.ts'
import { asGatewayError, errorResponse } from './error-response.ts'
import type { GatewayResponse, ResponseHeaders } from './gateway-response.ts'
import { readHeaders } from './guarded-request.ts'
import { createLifetime } from './lifetime.ts'
import { securityHeaders } from './security-headers.ts'
import { writeResponse } from './write-response.ts'

/** What is known of a request before it is understood. */
export type ExchangeContext = {
  headers: Headers
  correlationId: string
  signal: AbortSignal
  /** Keeps the invocation alive for work that goes on after the answer. */
  waitUntil: Background['waitUntil']
}

/**
 * Answers an exchange with what `work` gives, or with the error it throws. Never throws: an answer that cannot be sent
 * becomes an error, one that breaks in its middle cuts the connection, so that the client sees that it is not whole.
 * Resolves when the answer is sent and the work that was to outlast it has settled: then the platform may freeze the
 * instance.
 */
export type ServeExchange = (
  exchange: Exchange,
  work: (context: ExchangeContext) => Promise<GatewayResponse>,
) => Promise<void>

const clearHeaders = (target: ServerResponse): void => {
  for (const name of target.getHeaderNames()) target.removeHeader(name)
}

/** Logs a failure by its weight: what the caller did wrong is no news. */
const record = (log: Log, failure: GatewayError): void => {
  const error = failure.code === 'internal_error' ? failure.cause : failure
  if (failure.status < 500) log.debug('A request was refused.', { error })
  else if (failure.retryable) log.warn('A request failed for now.', { error })
  else log.error('A request failed.', { error })
}

export const createServeExchange = (options: { config: Config; clock: Clock; log: Log }): ServeExchange => {
  const { config, clock, log } = options

  const extraHeaders = ({ headers, correlationId }: ExchangeContext): ResponseHeaders => ({
    ...securityHeaders(config.security, headers.get('x-forwarded-proto') === 'https'),
    ...corsHeaders(config.cors, headers.get('origin')),
    'x-correlation-id': correlationId,
  })

  const fail = (error: unknown, { correlationId }: ExchangeContext): GatewayResponse => {
    const failure = asGatewayError(error)
    record(log, failure)
    return errorResponse(failure, { correlationId, now: clock.now() })
  }

  const send = async (
    target: ServerResponse,
    answer: GatewayResponse,
    context: ExchangeContext,
  ): Promise<void> => {
    const sent = { extra: extraHeaders(context), signal: context.signal }
    try {
      const hasEnded = await writeResponse(target, answer, sent)
      if (!hasEnded) log.error('A stream goes on although nobody reads it any more: it ignores its signal.')
    } catch (error) {
      if (target.headersSent) throw error
      clearHeaders(target)
      await writeResponse(target, fail(error, context), sent)
    }
  }

  const answer = async (
    target: ServerResponse,
    work: (context: ExchangeContext) => Promise<GatewayResponse>,
    context: ExchangeContext,
  ): Promise<void> => {
    try {
      const given = await work(context).catch((error: unknown) => fail(error, context))
      await send(target, given, context)
    } catch (error) {
      if (!target.destroyed) log.error('An answer broke off in its middle; the connection is cut.', { error })
      target.destroy()
    }
  }

  return async ({ request, response }, work) => {
    if (response.destroyed) return
    const headers = readHeaders(request)
    const correlationId = correlationIdOf(headers, randomUUID)
    const lifetime = createLifetime(response)
    const { waitUntil, settled } = createBackground(log)
    const context = { headers, correlationId, signal: lifetime.signal, waitUntil }
    await withLogFields({ correlation_id: correlationId }, async () => {
      await answer(response, work, context)
      lifetime.end()
      await settled()
    })
  }
}
