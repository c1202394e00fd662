import { createServer, type IncomingHttpHeaders } from 'node:http'
import { listen } from '../../../../local/service/listen.ts'
import { createQueue, type Queue } from './queue.ts'

export type HandledEvent = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer }

export type HandlerReply = { status?: number; headers?: Record<string, string>; body?: string | Buffer }

/** A webhook that records what it is sent and answers what the test says. */
export type EventHandlerServer = {
  url: string
  port: number
  events: Queue<HandledEvent>
  validations: Queue<HandledEvent>
  /** The answer to every event from now on; it may take its time. */
  answer(reply: HandlerReply | ((event: HandledEvent) => HandlerReply | Promise<HandlerReply>)): void
  /** The answer to validation requests; by default they allow every service. */
  answerValidation(reply: HandlerReply): void
  stop(): Promise<void>
}

const allowAll: HandlerReply = { headers: { 'webhook-allowed-origin': '*' } }

export const startEventHandler = async (): Promise<EventHandlerServer> => {
  const events = createQueue<HandledEvent>()
  const validations = createQueue<HandledEvent>()
  let answer: (event: HandledEvent) => HandlerReply | Promise<HandlerReply> = () => ({ status: 204 })
  let validation = allowAll

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const event = { method, path, headers, body: Buffer.concat(chunks) }
      const isEvent = method === 'POST'
      ;(isEvent ? events : validations).push(event)
      void Promise.resolve(isEvent ? answer(event) : validation).then((reply) =>
        response.writeHead(reply.status ?? 200, reply.headers).end(reply.body),
      )
    })
  })
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    events,
    validations,
    answer: (reply) => {
      answer = typeof reply === 'function' ? reply : () => reply
    },
    answerValidation: (reply) => {
      validation = reply
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
