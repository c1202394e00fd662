import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type RawRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string }

export type RawAgent = {
  url: string
  requests: RawRequest[]
  /** What it does with every request from now on. */
  answer: (request: RawRequest, response: ServerResponse) => void
  stop(): Promise<void>
}

/** Starts an HTTP server that answers exactly what a test says. */
export const startRawAgent = async (): Promise<RawAgent> => {
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    void text(request).then((body) => {
      agent.requests.push({ method, path, headers, body })
      agent.answer({ method, path, headers, body }, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent: RawAgent = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    answer: (_, response) => void response.end(),
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return agent
}

export const sendJson = (response: ServerResponse, value: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

/** Events of JSON-RPC: each text is the data of one. The stream stays open. */
export const sendEvents = (response: ServerResponse, events: readonly string[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(events.map((data) => `data: ${data}\n\n`).join(''))
}

/** Answers JSON-RPC with the result of each method; a method without one is not found. */
export const answerRpc = (agent: RawAgent, results: Readonly<Record<string, unknown>>): void => {
  agent.answer = ({ body }, response) => {
    const { id, method } = JSON.parse(body) as { id: unknown; method: string }
    const result = results[method]
    const error = { code: -32601, message: `No ${method}.` }
    sendJson(response, result === undefined ? { jsonrpc: '2.0', id, error } : { jsonrpc: '2.0', id, result })
  }
}
