import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { listen } from '../../../local/service/listen.ts'
import { advanceUntil } from './support/advance-until.ts'
import { startEventHandler, type EventHandlerServer } from './support/event-handler.ts'
import { useWebPubSub } from './support/fixture.ts'

/** An event handler that keeps connections, and cuts each when it is used for a second event. */
const startClosingHandler = async () => {
  const taken: string[] = []
  const used = new WeakSet<Socket>()
  const server = createServer((request, response) => {
    request.resume()
    if (request.method === 'OPTIONS') response.writeHead(200, { 'webhook-allowed-origin': '*' }).end()
    else if (used.has(request.socket)) request.socket.resetAndDestroy()
    else {
      used.add(request.socket)
      taken.push(request.url ?? '')
      response.writeHead(204).end()
    }
  })
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, taken, stop }
}

let handler: EventHandlerServer
let closing: Awaited<ReturnType<typeof startClosingHandler>>
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  const eventHandlers = [{ urlTemplate: `${handler.url}/{event}`, userEventPattern: '*' }]
  closing = await startClosingHandler()
  const ofClosing = [{ urlTemplate: `http://127.0.0.1:${closing.port}/{event}`, userEventPattern: '*' }]
  return { config: { hubs: { retried: { eventHandlers }, closing: { eventHandlers: ofClosing } } } }
})
afterAll(() => Promise.all([handler.stop(), closing.stop()]))

test('a handler that answers 500, 503 or 408 is asked again after 1, 3 and 5 seconds, with the same id', async () => {
  const { clock } = fixture.service
  const statuses = [500, 503, 408]
  const attempts: Array<{ id: unknown; at: number }> = []
  handler.answer(({ headers }) => {
    if (headers['ce-eventname'] !== 'flaky') return { status: 204 }
    attempts.push({ id: headers['ce-id'], at: clock.now() })
    return { status: statuses.shift() ?? 204 }
  })
  const { client } = await fixture.open('retried')
  expect(await advanceUntil(clock, client.sendEvent('flaky', 1, 'json'))).toMatchObject({
    isDuplicated: false,
  })
  const waits = attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0))
  expect(waits.map((wait, index) => wait >= ([1000, 3000, 5000][index] ?? Infinity))).toEqual([
    true,
    true,
    true,
  ])
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(1)
})

test('a handler that never answers is given up', async () => {
  const { clock } = fixture.service
  handler.answer(({ headers }) =>
    headers['ce-eventname'] === 'endless' ? new Promise(() => undefined) : { status: 204 },
  )
  const { client } = await fixture.open('retried')
  const sent = expect(client.sendEvent('endless', 1, 'json')).rejects.toMatchObject({
    errorDetail: { name: 'InternalServerError', message: expect.stringContaining('no answer in time') },
  })
  await advanceUntil(clock, sent, 5000)
})

test('a kept connection that the handler has closed is no failure: the event goes over a new one at once', async () => {
  const { client } = await fixture.open('closing')
  fixture.service.meter.reset()
  for (const name of ['a', 'b', 'c']) await client.sendEvent(name, 1, 'json')
  expect(closing.taken).toEqual(['/a', '/b', '/c'])
  expect(fixture.service.meter.read().operations).toMatchObject({ 'upstream.message': 3 })
})
