import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse } from 'node:http'

/** The header by which Azure pairs a proxied request with its invocation. */
const INVOCATION_ID_HEADER = 'x-ms-invocation-id'

export type ResponseWatch = {
  /** True while the client of this invocation's proxied request still waits for an end of the response. */
  isUnanswered(invocationId: string): boolean
  forget(invocationId: string): void
}

/**
 * Sees the responses of every HTTP server of this process, without touching `node:http`: what an app does to
 * `http.createServer` works as on Azure.
 */
export const watchResponses = (): ResponseWatch => {
  const responses = new Map<string, ServerResponse>()
  subscribe('http.server.request.start', (message) => {
    if (typeof message !== 'object' || message === null) return
    const { request, response } = message as { request?: unknown; response?: unknown }
    if (!(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) return
    const invocationId = request.headers[INVOCATION_ID_HEADER]
    if (typeof invocationId === 'string') responses.set(invocationId, response)
  })
  return {
    isUnanswered: (invocationId) => {
      const response = responses.get(invocationId)
      return response !== undefined && !response.writableEnded && !response.destroyed
    },
    forget: (invocationId) => {
      responses.delete(invocationId)
    },
  }
}
