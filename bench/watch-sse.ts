import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: false, maxSockets: Infinity })

export type Viewer = { opened: Promise<void>; close(): void }

/** A viewer without ceremony: calls back with the data of each event. */
export const watchSse = (url: string, onEvent: (event: { payload: { sentAt: number } }) => void): Viewer => {
  const opened = Promise.withResolvers<void>()
  let buffered = ''
  const call = request(url, { agent, headers: { accept: 'text/event-stream' } }, (response) => {
    opened.resolve()
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      buffered += chunk
      const frames = buffered.split('\n\n')
      buffered = frames.pop() ?? ''
      for (const frame of frames) {
        const data = frame.split('\n').find((line) => line.startsWith('data: '))
        if (data !== undefined) onEvent(JSON.parse(data.slice(6)))
      }
    })
    response.on('error', () => undefined)
  })
  call.on('error', (error) => opened.reject(error))
  call.end()
  return { opened: opened.promise, close: () => call.destroy() }
}
