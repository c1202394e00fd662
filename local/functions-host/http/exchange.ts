import type { IncomingMessage, ServerResponse } from 'node:http'
import { FRONT_END_IDLE_MS } from '../limits.ts'

/** Says in a response that Azure would have behaved worse. */
export const WARNING_HEADER = 'x-local-host-warning'

/** One HTTP request at the gateway and its response. */
export type Exchange = {
  request: IncomingMessage
  response: ServerResponse
  url: URL
  scheme: 'http' | 'https'
}

/** Answers without a body, as Azure's host does for its own errors. Ends a response that has already begun by cutting it. */
export const answer = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void => {
  if (response.writableEnded || response.destroyed) return
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { 'content-length': '0', ...headers }).end()
}

/** What the front end of every app answers in place of an app that has said nothing for its time. */
export const answerIdle = (response: ServerResponse): void =>
  answer(response, 504, { [WARNING_HEADER]: `no response within ${FRONT_END_IDLE_MS / 1000} s` })

export const answerText = (response: ServerResponse, status: number, text: string): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}

export const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}
