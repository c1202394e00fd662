import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** A handshake that is answered with an HTTP error instead of a WebSocket. */
export class HandshakeError extends Error {
  override name = 'HandshakeError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Answers a handshake with an HTTP error and closes the socket. */
export const refuse = (socket: Duplex, { status, message }: HandshakeError): void => {
  const body = Buffer.from(message)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${body.length}`,
  ]
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
}
