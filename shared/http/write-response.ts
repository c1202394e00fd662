import type { ServerResponse } from 'node:http'
import type { GatewayResponse, ResponseHeaders } from './gateway-response.ts'
import { writeStream } from './write-stream.ts'

/** Statuses without a body (RFC 9110, 15). */
const WITHOUT_BODY = new Set([204, 205, 304])

type Payload = { text: string; contentType: string } | undefined

const payloadOf = (response: GatewayResponse): Payload => {
  if ('json' in response) {
    const text = JSON.stringify(response.json)
    if (text === undefined) throw new TypeError('The handler answered with something that is not JSON.')
    return { text, contentType: 'application/json' }
  }
  if ('text' in response) return { text: response.text, contentType: 'text/plain; charset=utf-8' }
  return undefined
}

const setHeaders = (target: ServerResponse, headers: ResponseHeaders): void => {
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'vary') target.appendHeader(name, value)
    else target.setHeader(name, value)
  }
}

/** Resolves when everything was handed to the connection, or the connection is gone. */
const untilSent = (target: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (target.writableFinished || target.destroyed) return resolve()
    target.once('finish', resolve).once('close', resolve)
  })

/**
 * Sends an answer, with `extra` headers under its own, and waits until it is sent.
 * @returns false when a stream did not end although it was told to.
 * @throws what the stream throws, or a TypeError or RangeError before anything is sent, when the answer is not a valid one.
 */
export const writeResponse = async (
  target: ServerResponse,
  response: GatewayResponse,
  options: { extra: ResponseHeaders; signal: AbortSignal },
): Promise<boolean> => {
  const payload = payloadOf(response)
  const hasBody = !WITHOUT_BODY.has(response.status)
  setHeaders(target, { 'cache-control': 'no-store', ...options.extra })
  if (payload !== undefined && hasBody) {
    setHeaders(target, {
      'content-type': payload.contentType,
      'content-length': String(Buffer.byteLength(payload.text)),
    })
  }
  setHeaders(target, response.headers ?? {})
  target.writeHead(response.status)
  let ended = true
  if ('stream' in response && hasBody && target.req.method !== 'HEAD') {
    target.flushHeaders()
    ended = await writeStream(target, response.stream, options.signal)
  }
  target.end(hasBody ? payload?.text : undefined)
  await untilSent(target)
  return ended
}
