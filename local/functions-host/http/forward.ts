import { Agent, request as sendRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import {
  MAX_REQUEST_BODY_BYTES,
  PROXY_CONNECT_FIRST_DELAY_MS,
  PROXY_CONNECT_MAX_DELAY_MS,
  PROXY_CONNECT_TRIES,
} from '../limits.ts'
import { BodyTooLargeError } from './read-body.ts'

/** Headers that belong to one connection and are not forwarded. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export const forwardableHeaders = (rawHeaders: readonly string[]): string[] =>
  rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !HOP_BY_HOP.has(name.toLowerCase()) ? [name, rawHeaders[index + 1] ?? ''] : [],
  )

const agent = new Agent({ keepAlive: true })

export type Forward = {
  /** The address of the library's HTTP server in the app process. */
  origin: URL
  invocationId: string
  /** Path and query as they came. */
  target: string
  scheme: 'http' | 'https'
  /** The body that was read already; undefined streams a chunked one. */
  body: Buffer | undefined
  signal: AbortSignal
}

/** Headers that the proxy writes itself. */
const REPLACED = new Set([
  'expect',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-ms-invocation-id',
])

const headersFor = (request: IncomingMessage, forward: Forward): string[] => {
  const headers = forwardableHeaders(request.rawHeaders)
  const kept = headers.flatMap((name, index) =>
    index % 2 === 0 && !REPLACED.has(name.toLowerCase()) ? [name, headers[index + 1] ?? ''] : [],
  )
  const client = request.socket.remoteAddress ?? ''
  const known = request.headers['x-forwarded-for']
  const own = {
    Host: forward.origin.host,
    'X-Forwarded-For': known === undefined ? client : `${String(known)}, ${client}`,
    'X-Forwarded-Host': request.headers.host ?? forward.origin.host,
    'X-Forwarded-Proto': forward.scheme,
    'x-ms-invocation-id': forward.invocationId,
    ...(isChunked(request) ? { 'Transfer-Encoding': 'chunked' } : {}),
  }
  return [...kept, ...Object.entries(own).flat()]
}

const isChunked = (request: IncomingMessage): boolean => request.headers['transfer-encoding'] !== undefined

/** Calls back when the request has a connection, so that a refused one has lost nothing. */
const whenConnected = (upstream: ClientRequest, callback: () => void): void => {
  const check = (): void => {
    const { socket } = upstream
    if (socket === null) upstream.once('socket', check)
    else if (socket.connecting) socket.once('connect', callback)
    else callback()
  }
  check()
}

/** Streams a chunked body through; one above the limit ends the upstream request. */
const pipeBody = (request: IncomingMessage, upstream: ClientRequest): void => {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_REQUEST_BODY_BYTES) upstream.destroy(new BodyTooLargeError())
  })
  request.pipe(upstream)
}

/**
 * Cuts the connection once the request has gone out: an invocation whose request never reached the app would wait for
 * it for ever.
 */
const cutOnAbort = (upstream: ClientRequest, signal: AbortSignal): void => {
  const cut = (): void =>
    whenConnected(upstream, () => {
      setImmediate(() => upstream.destroy(new Error('The client closed the connection.')))
    })
  if (signal.aborted) cut()
  else signal.addEventListener('abort', cut, { once: true })
}

/** A request that did not reach the app: nobody listened, or a kept connection was closed just then. */
class UnreachedError extends Error {
  override name = 'UnreachedError'
}

const tryOnce = (request: IncomingMessage, forward: Forward): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const upstream = sendRequest({
      agent,
      host: '127.0.0.1',
      port: forward.origin.port,
      method: request.method,
      path: forward.target,
      headers: headersFor(request, forward),
    })
    cutOnAbort(upstream, forward.signal)
    upstream.on('response', resolve)
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      const closed = error.code === 'ECONNRESET' && upstream.reusedSocket && !isChunked(request)
      reject(error.code === 'ECONNREFUSED' || closed ? new UnreachedError(error.message) : error)
    })
    if (isChunked(request)) whenConnected(upstream, () => pipeBody(request, upstream))
    else upstream.end(forward.body)
  })

/**
 * Forwards a request to the app process as Azure's proxy does, and answers its response when the headers are there.
 * Aborting the signal (the client went away) cuts the connection to the app, which is what the app then sees.
 */
export const forwardRequest = async (
  request: IncomingMessage,
  forward: Forward,
): Promise<IncomingMessage> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryOnce(request, forward)
    } catch (error) {
      const again = error instanceof UnreachedError && attempt < PROXY_CONNECT_TRIES
      if (!again || forward.signal.aborted) throw error
      await delay(Math.min(PROXY_CONNECT_MAX_DELAY_MS, PROXY_CONNECT_FIRST_DELAY_MS * attempt))
    }
  }
}
