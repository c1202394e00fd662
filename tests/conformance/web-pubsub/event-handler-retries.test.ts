import { afterAll, expect, test } from 'vitest'
import { advanceUntil } from './support/advance-until.ts'
import { startEventHandler, type EventHandlerServer } from './support/event-handler.ts'
import { useWebPubSub } from './support/fixture.ts'

let handler: EventHandlerServer
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  const eventHandlers = [{ urlTemplate: `${handler.url}/{event}`, userEventPattern: '*' }]
  return { config: { hubs: { retried: { eventHandlers } } } }
})
afterAll(() => handler.stop())

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
