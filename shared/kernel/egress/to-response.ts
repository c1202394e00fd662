import type { IncomingMessage } from 'node:http'
import { tooLarge } from '../errors.ts'
import { EgressError, type EgressResponse } from '../egress.ts'

const toHeaders = (message: IncomingMessage): Headers => {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(message.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}

const readText = async (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) {
      throw tooLarge(`The answer has more than ${maxBytes} bytes, which is the most that is taken.`, {
        details: { limit_bytes: maxBytes },
      })
    }
    chunks.push(chunk)
  }
  // Without a byte order mark, which JSON may begin with and JSON.parse refuses.
  return new TextDecoder().decode(Buffer.concat(chunks))
}

/** The chunks as fast as they are taken. Who stops early ends the connection. */
async function* readBody(
  message: IncomingMessage,
  host: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* message
  } catch (cause) {
    throw new EgressError('broken', `The connection to ${host} broke in the middle of an answer.`, { cause })
  }
}

/** The answer of a host, its body still on the way. */
export const toResponse = (message: IncomingMessage, host: string): EgressResponse => {
  const body = readBody(message, host)
  return {
    status: message.statusCode ?? 0,
    headers: toHeaders(message),
    body,
    text: (maxBytes) => readText(body, maxBytes),
  }
}
