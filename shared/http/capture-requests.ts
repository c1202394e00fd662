import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { breaksLibrary } from './breaks-library.ts'
import { UNCLAIMED_MS } from './limits.ts'

/** A request that the Functions host proxied to this process, and the response that goes back on the same connection. */
export type Exchange = { request: IncomingMessage; response: ServerResponse }

export type RequestCapture = {
  /** Takes over the request of an invocation; whoever takes it answers it. Undefined when it was not seen. */
  take(invocationId: string): Exchange | undefined
  /** Says who answers requests whose invocation never came. */
  onUnclaimed(answer: (exchange: Exchange) => void): void
}

type HttpModule = { createServer: (...options: never[]) => Server }

const INVOCATION_ID = 'x-ms-invocation-id'

/**
 * What @azure/functions gets in place of the request: enough to pair it with its invocation, and nothing in it that a
 * client could make it fail with.
 */
const standInRequest = (invocationId: string): object => ({
  headers: { [INVOCATION_ID]: invocationId, 'x-forwarded-host': 'localhost', 'x-forwarded-proto': 'http' },
  method: 'GET',
  url: '/',
})

/** What @azure/functions gets in place of the response: it answers into the void, the guard answers the client. */
const standInResponse = {
  statusCode: 200,
  setHeader: (): void => {},
  write: (): boolean => true,
  end: (): void => {},
}

const refuse = (response: ServerResponse): void => {
  response.writeHead(404).end()
}

/**
 * Takes the requests from the proxy server of @azure/functions before the library sees them, because in streaming mode
 * the library hands on headers and parameters that a client can replace, and loses failures, disconnects and
 * backpressure. Call it once, before the library starts that server (it does when the worker asks for its
 * capabilities, after the app's modules are loaded).
 */
export const captureRequests = (
  options: { http?: HttpModule; unclaimedMs?: number } = {},
): RequestCapture => {
  const { http: module = http, unclaimedMs = UNCLAIMED_MS } = options
  const waiting = new Map<string, Exchange & { timer: NodeJS.Timeout }>()
  let answerUnclaimed = ({ response }: Exchange): void => refuse(response)

  const take = (invocationId: string): Exchange | undefined => {
    const found = waiting.get(invocationId)
    if (found === undefined) return undefined
    clearTimeout(found.timer)
    waiting.delete(invocationId)
    return { request: found.request, response: found.response }
  }

  const giveUp = (invocationId: string): void => {
    const exchange = take(invocationId)
    if (exchange !== undefined) answerUnclaimed(exchange)
  }

  const keep = (invocationId: string, exchange: Exchange): void => {
    // A connection that fails after it was destroyed says so; without a listener that would end the process.
    exchange.response.on('error', () => {})
    giveUp(invocationId)
    const timer = setTimeout(giveUp, unclaimedMs, invocationId)
    timer.unref()
    waiting.set(invocationId, { ...exchange, timer })
  }

  const intercept = (server: Server): void => {
    const emit = server.emit.bind(server)
    server.emit = (event: string, ...values: unknown[]): boolean => {
      if (event !== 'request') return emit(event, ...values)
      const [request, response] = values as [IncomingMessage, ServerResponse]
      const invocationId = request.headers[INVOCATION_ID]
      if (typeof invocationId !== 'string') {
        refuse(response)
        return true
      }
      keep(invocationId, { request, response })
      const handOn = (): boolean => emit('request', standInRequest(invocationId), standInResponse)
      if (!breaksLibrary(request.url ?? '')) return handOn()
      // The invocation still has to get its request, or it would wait for it; but the client is answered first.
      response.once('close', handOn)
      giveUp(invocationId)
      return true
    }
  }

  const createServer = module.createServer
  // The library's server is the first; others are none of our business.
  module.createServer = (...serverOptions) => {
    module.createServer = createServer
    const server = createServer(...serverOptions)
    intercept(server)
    return server
  }

  return {
    take,
    onUnclaimed: (answer) => {
      answerUnclaimed = answer
    },
  }
}
