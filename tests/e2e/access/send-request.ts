import { request } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'

export type Sent = { method?: string; headers?: Record<string, string>; body?: string }

/** Sends any request, also those that fetch refuses: a GET with a body. */
export const sendRequest = async (
  url: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> => {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const sent = request(url, { method, agent: false, headers: { ...headers, ...length } })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
}
