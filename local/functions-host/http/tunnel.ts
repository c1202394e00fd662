import { request as sendRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { UpgradeTarget } from '../settings/read-upgrade.ts'
import { forwardableHeaders } from './forward.ts'

/**
 * What a front door does on Azure, where a function cannot upgrade: WebSocket requests of one path go to another
 * service, byte by byte.
 */
export type Tunnel = {
  /** Whether an upgrade request is for it; every other one goes on as a plain request. */
  takes(request: IncomingMessage): boolean
  open(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

const writeHead = (client: Duplex, answer: IncomingMessage, rawHeaders: readonly string[]): void => {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  }
  client.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** Passes an HTTP answer on, of a service that does not upgrade. */
const passAnswer = (client: Duplex, answer: IncomingMessage): void => {
  writeHead(client, answer, [...forwardableHeaders(answer.rawHeaders), 'Connection', 'close'])
  answer.on('error', () => client.destroy())
  answer.pipe(client)
}

const answerUnreachable = (client: Duplex, { path, url }: UpgradeTarget, error: Error): void => {
  if (client.destroyed) return
  const body = Buffer.from(`${path} is forwarded to ${url.href}, which does not answer: ${error.message}`)
  client.write('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n')
  client.end(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]))
}

/** Ties two sockets together: what one says the other hears, and both end when one does. */
const join = (client: Duplex, service: Socket): void => {
  for (const [from, to] of [
    [client, service],
    [service, client],
  ] as const) {
    from.on('error', () => from.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}

const headersFor = (request: IncomingMessage, { url }: UpgradeTarget): string[] =>
  request.rawHeaders.map((value, index, all) =>
    index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host' ? url.host : value,
  )

const queryOf = (target = ''): string => (target.includes('?') ? target.slice(target.indexOf('?')) : '')

export const createTunnel = (target: UpgradeTarget): Tunnel => {
  const { path, url } = target
  const clients = new Set<Duplex>()
  return {
    takes: (request) => request.url?.split('?', 1)[0] === path,
    open: (request, client, head) => {
      clients.add(client)
      client.on('error', () => client.destroy())
      client.on('close', () => clients.delete(client))
      const upstream = sendRequest({
        host: url.hostname,
        port: url.port,
        path: url.pathname + queryOf(request.url),
        headers: headersFor(request, target),
        agent: false,
      })
      client.on('close', () => upstream.destroy())
      upstream.on('upgrade', (answer, service, first) => {
        service.setNoDelay(true)
        writeHead(client, answer, answer.rawHeaders)
        client.write(first)
        service.write(head)
        join(client, service)
      })
      upstream.on('response', (answer) => passAnswer(client, answer))
      upstream.on('error', (error) => answerUnreachable(client, target, error))
      upstream.end()
    },
    close: () => {
      for (const client of clients) client.destroy()
    },
  }
}
