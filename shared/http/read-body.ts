import type { IncomingMessage } from 'node:http'
import { tooLarge } from '../kernel/errors.ts'

const refuse = (limit: number): Error =>
  tooLarge(`The body has more than ${limit} bytes, which is the most that this route takes. Send less.`, {
    details: { limit_bytes: limit },
  })

/**
 * Reads a request body. What is over the limit is never held in memory.
 * @throws GatewayError 413 `payload_too_large`.
 */
export const readBody = async (request: IncomingMessage, limit: number): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw refuse(limit)
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop must not destroy the request: its socket carries the answer.
  const pieces: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  for await (const piece of pieces) {
    size += piece.length
    if (size > limit) throw refuse(limit)
    chunks.push(piece)
  }
  return Buffer.concat(chunks)
}
