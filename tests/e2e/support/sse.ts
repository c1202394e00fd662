import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { once } from 'node:events'

/** One frame of an event stream (HTML standard, 9.2.6), its fields as they were written. */
export type Frame = { id?: string; event?: string; data?: string; retry?: string; comment?: string }

const parseFrame = (text: string): Frame => {
  const frame: Frame = {}
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (name === '') frame.comment = value
    else if (name === 'data') frame.data = frame.data === undefined ? value : `${frame.data}\n${value}`
    else if (name === 'id' || name === 'event' || name === 'retry') frame[name] = value
    else throw new Error(`An event stream has no field "${name}".`)
  }
  return frame
}

async function* parseFrames(response: IncomingMessage): AsyncGenerator<Frame, void, undefined> {
  let rest = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    const parts = (rest + String(chunk)).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) yield parseFrame(part)
  }
}

export type SseAnswer = {
  status: number
  headers: IncomingHttpHeaders
  /** To be read once. Ends where the stream ends; throws where the connection is cut. */
  frames: AsyncGenerator<Frame, void, undefined>
  /** The bare answer, for a reader that does not read. */
  response: IncomingMessage
  /** Cuts the connection. */
  drop(): void
}

/** Asks for an event stream over a connection of its own; with a body by POST. */
export const openSse = async (
  url: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<SseAnswer> => {
  const method = body === undefined ? 'GET' : 'POST'
  const sent = request(url, { agent: false, method, headers: { accept: 'text/event-stream', ...headers } })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    frames: parseFrames(response),
    response,
    drop: () => sent.destroy(),
  }
}

/** All frames of an answer, to its end. */
export const readFrames = async ({ frames }: SseAnswer): Promise<Frame[]> => {
  const read: Frame[] = []
  for await (const frame of frames) read.push(frame)
  return read
}
