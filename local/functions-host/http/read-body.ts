import type { IncomingMessage } from 'node:http'
import { MAX_REQUEST_BODY_BYTES } from '../limits.ts'

/** The request's body is larger than Azure takes: 413. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError'
}

/** The announced length of a body; undefined for a chunked one and for none. */
export const contentLength = (request: IncomingMessage): number | undefined => {
  const header = request.headers['content-length']
  return header === undefined ? undefined : Number(header)
}

/**
 * Reads a body that announces its length, which Azure's host does before the app sees the request.
 * @returns undefined for an empty or a chunked body, which the host does not read.
 * @throws BodyTooLargeError
 */
export const readAnnouncedBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const length = contentLength(request)
  if (length === undefined || length === 0) return undefined
  if (length > MAX_REQUEST_BODY_BYTES) throw new BodyTooLargeError()
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
