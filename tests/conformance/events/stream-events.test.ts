import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { type Ask, idsOf, NOTHING, openStreamEvents, readText } from '../../support/open-stream-events.ts'
import { expireStream, openStreams } from '../../support/open-streams.ts'
import { whileTimePasses } from '../../support/open-watch.ts'
import { parseSse, type ParsedStream } from '../../support/parse-sse.ts'
import { range } from '../../support/publish.ts'

let storage: RunningStorage
let store: StreamStateStore
const setUp = (watch?: Parameters<typeof openStreamEvents>[2]) => openStreamEvents(store, {}, watch)

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterAll(() => storage.stop())

const failureOf = (stream: ParsedStream | '204'): unknown => {
  if (stream === '204' || stream.events.length !== 1) return stream
  const [{ type, data, lastEventId } = { type: '', data: 'null', lastEventId: '' }] = stream.events
  return { type, id: lastEventId, code: JSON.parse(data).code }
}

test('the answer begins with retry, has each event under its seq and ends with the final one', async () => {
  const { publish, watchTask, idle } = setUp()
  const task = randomUUID()
  for (const index of range(0, 3)) await publish(task, { index, body: `{"n":${index}}` })
  await publish(task, { index: 3, body: '{"n":3}', closes: 'final' })
  const stream = await watchTask(task)
  expect(stream).toMatchObject({
    retry: 1000,
    lastEventId: '3',
    events: range(0, 4).map((n) => ({ type: 'message', data: `{"n":${n}}`, lastEventId: String(n) })),
  })
  expect(await idle()).toEqual(NOTHING)
})

test('a slice ends quietly, and a client that comes back with its cursor misses nothing and sees nothing twice', async () => {
  const { publish, watchTask, clock } = setUp()
  const task = randomUUID()
  const ids: string[] = []
  let lastEventId = ''
  for (const slice of range(0, 3)) {
    await publish(task, { index: slice * 2 })
    await publish(task, { index: slice * 2 + 1 })
    const begin = clock.now()
    const stream = await watchTask(task, lastEventId === '' ? {} : { lastEventId })
    expect(Math.floor((clock.now() - begin) / 1000)).toBe(200)
    ids.push(...idsOf(stream))
    lastEventId = ids.at(-1) ?? ''
  }
  expect(ids).toEqual(range(0, 6).map(String))
})

test('a comment comes every fifteen seconds while nothing happens', async () => {
  const { watchTask } = setUp()
  const stream = await watchTask(randomUUID())
  expect(stream).toMatchObject({ events: [], comments: range(0, 13).map(() => ' ') })
})

test.each<[string, Ask]>([
  ['the last event seen', { lastEventId: '1' }],
  ['an id past the end', { lastEventId: '2' }],
  ['from at the end', { from: 2 }],
  ['from far past the end', { from: 1000 }],
  ['the id of an expired stream', { lastEventId: 'expired' }],
])('nothing follows in a closed stream after %s: 204', async (_name, request) => {
  const { publish, watchTask, idle } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0 })
  await publish(task, { index: 1, closes: 'error' })
  expect(await watchTask(task, request)).toBe('204')
  expect(await idle()).toEqual(NOTHING)
})

test('every cursor of a closed stream gives the rest of it', async () => {
  const { publish, watchTask } = setUp()
  const task = randomUUID()
  for (const index of range(0, 5)) await publish(task, { index, ...(index === 4 ? { closes: 'final' } : {}) })
  for (const seen of range(0, 4)) {
    const rest = range(seen + 1, 5).map(String)
    expect(idsOf(await watchTask(task, { lastEventId: String(seen) }))).toEqual(rest)
    expect(idsOf(await watchTask(task, { from: seen + 1 }))).toEqual(rest)
  }
})

test('from beyond what there is waits for it', async () => {
  const { publish, ask, clock } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0 })
  const frames = await ask(task, { from: 2 })
  const text = frames && readText(frames)
  await publish(task, { index: 1 })
  await publish(task, { index: 2 })
  await publish(task, { index: 3, closes: 'final' })
  expect(idsOf(parseSse((await (text && whileTimePasses(clock, text))) ?? ''))).toEqual(['2', '3'])
})

test('a task that cannot finish ends with a failure; its id is answered 204 until the final payload comes', async () => {
  const { publish, watchTask, fail } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0 })
  await fail(task, 'The final event is in quarantine.')
  const stream = await watchTask(task)
  expect(stream).toMatchObject({
    events: [
      { type: 'message', lastEventId: '0' },
      {
        type: 'failure',
        lastEventId: '0-failed',
        data: '{"code":"stream_failed","message":"The final event is in quarantine."}',
      },
    ],
  })
  expect(await watchTask(task, { lastEventId: '0-failed' })).toBe('204')
  await publish(task, { index: 1, closes: 'final' })
  expect(idsOf(await watchTask(task, { lastEventId: '0-failed' }))).toEqual(['1'])
  expect(await watchTask(task, { lastEventId: '1' })).toBe('204')
})

test('a task that fails before its first event has an id to come back with, too', async () => {
  const { watchTask, fail } = setUp()
  const task = randomUUID()
  await fail(task, 'lost')
  expect(idsOf(await watchTask(task))).toEqual(['-1-failed'])
  expect(await watchTask(task, { lastEventId: '-1-failed' })).toBe('204')
})

test('a stream whose time is over says so once', async () => {
  const { publish, watchTask } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0 })
  await publish(task, { index: 1 })
  await expireStream(store, task)
  const expired = { type: 'failure', id: 'expired', code: 'stream_expired' }
  expect(failureOf(await watchTask(task))).toEqual(expired)
  expect(failureOf(await watchTask(task, { lastEventId: '0' }))).toEqual(expired)
  await store.remove(task)
  expect(failureOf(await watchTask(task, { lastEventId: '0' }))).toEqual(expired)
  expect(await watchTask(task, { lastEventId: 'expired' })).toBe('204')
})

test('a cursor beyond the end of a stream that began anew is told that the old one is over', async () => {
  const { publish, watchTask } = setUp()
  const task = randomUUID()
  for (const index of range(0, 5)) await publish(task, { index })
  await expireStream(store, task)
  await store.remove(task)
  await publish(task, { index: 0 })
  expect(failureOf(await watchTask(task, { lastEventId: '4' }))).toMatchObject({ id: 'expired' })
})

test('a cursor that this process has not heard of yet is looked up, not taken for lost', async () => {
  const { publish, ask, clock } = setUp({ lose: () => true })
  const task = randomUUID()
  await publish(task, { index: 0 })
  const first = await ask(task)
  for (const index of range(1, 4)) await publish(task, { index })
  const second = await ask(task, { lastEventId: '3' })
  await publish(task, { index: 4, closes: 'final' })
  const read = async (frames: AsyncIterable<string> | undefined): Promise<string[]> =>
    frames === undefined ? [] : idsOf(parseSse(await whileTimePasses(clock, readText(frames))))
  expect(await read(second)).toEqual(['4'])
  expect(await read(first)).toEqual(range(0, 5).map(String))
})

test('many stored events are sent in pieces of bounded size, none of them for one event alone', async () => {
  const { ask, publish } = setUp()
  const task = randomUUID()
  const body = JSON.stringify('x'.repeat(1000))
  for (const index of range(0, 200))
    await publish(task, { index, body, ...(index === 199 ? { closes: 'final' } : {}) })
  const pieces: string[] = []
  for await (const piece of (await ask(task)) ?? []) pieces.push(piece)
  expect(parseSse(pieces.join('')).events).toHaveLength(200)
  expect(pieces.length).toBeLessThan(10)
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000)
})

test('a client may have the members in camelCase', async () => {
  const { publish, watchTask } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0, body: '{"task_id":"t","payload":{"task_id":1}}', closes: 'final' })
  expect(await watchTask(task, { memberCase: 'camel' })).toMatchObject({
    events: [{ data: '{"taskId":"t","payload":{"task_id":1}}' }],
  })
})
