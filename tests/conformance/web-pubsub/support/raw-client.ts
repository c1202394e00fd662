import { once } from 'node:events'
import WebSocket, { type ClientOptions } from 'ws'
import { createQueue, type Queue } from './queue.ts'

export type Frame = { type: string; [member: string]: unknown }

/** A WebSocket without any client library, for what the library does not show. */
export type RawClient = {
  socket: WebSocket
  /** Frames as they came, text or bytes. */
  raw: Queue<string | Buffer>
  /** The next frame, parsed. */
  next(): Promise<Frame>
  send(frame: object | string): void
  closed: Promise<{ code: number; reason: string }>
}

const wrap = (socket: WebSocket): RawClient => {
  const raw = createQueue<string | Buffer>()
  socket.on('message', (data: Buffer, isBinary: boolean) => raw.push(isBinary ? data : data.toString('utf8')))
  socket.once('close', (code, reason) =>
    raw.fail(new Error(`The socket closed with ${code}: ${String(reason)}`)),
  )
  return {
    socket,
    raw,
    next: async () => JSON.parse(String(await raw.next())) as Frame,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    closed: new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }))
    }),
  }
}

export type RawOptions = ClientOptions & { protocols?: string | string[] }

/** Opens a WebSocket; rejects when the handshake is refused. */
export const openRaw = async (
  url: string,
  { protocols, ...options }: RawOptions = {},
): Promise<RawClient> => {
  const socket = new WebSocket(url, protocols, options)
  const client = wrap(socket)
  await once(socket, 'open')
  return client
}

/** The HTTP answer to a handshake that is refused. */
export const refusedHandshake = (
  url: string,
  { protocols, ...options }: RawOptions = {},
): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, options)
    socket.on('open', () => reject(new Error('The handshake was accepted.')))
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
  })
