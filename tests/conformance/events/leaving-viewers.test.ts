import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { NOTHING, openStreamEvents, readText } from '../../support/open-stream-events.ts'
import { openStreams } from '../../support/open-streams.ts'
import { parseSse } from '../../support/parse-sse.ts'
import { range } from '../../support/publish.ts'

let storage: RunningStorage
let store: StreamStateStore
const setUp = (
  options: Parameters<typeof openStreamEvents>[1] = {},
  watch: Parameters<typeof openStreamEvents>[2] = {},
) => openStreamEvents(store, options, watch)

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterEach(() => storage.faults.remove())
afterAll(() => storage.stop())

test('over the limit of viewers one is asked to come back later', async () => {
  const { ask, watchTask, watchers } = setUp({ maxViewers: 2 })
  const leaving = new AbortController()
  await ask(randomUUID(), { signal: leaving.signal })
  await ask(randomUUID(), { signal: leaving.signal })
  expect(await watchTask(randomUUID())).toEqual({ events: [], lastEventId: '', retry: 5000, comments: [] })
  expect(watchers.count().viewers).toBe(2)
  leaving.abort()
})

test('answers that nobody ever began to read are freed when their client leaves', async () => {
  const { ask, idle } = setUp()
  const leaving = new AbortController()
  for (const index of range(0, 50)) await ask(`task-${index % 5}`, { signal: leaving.signal })
  leaving.abort()
  expect(await idle()).toEqual(NOTHING)
})

test('a client that left before its answer was made leaves nothing behind', async () => {
  const { ask, idle } = setUp()
  const frames = await ask(randomUUID(), { signal: AbortSignal.abort() })
  expect(await idle()).toEqual(NOTHING)
  expect(frames && (await readText(frames))).toBe('retry: 1000\n\n')
})

test('a thousand viewers that drop off leave nothing, whatever they were waiting for', async () => {
  const { ask, publish, idle, watchers } = setUp()
  const task = randomUUID()
  await publish(task, { index: 0 })
  const leaving = new AbortController()
  const reading: Array<Promise<unknown>> = []
  for (const index of range(0, 1000)) {
    const frames = await ask(index % 3 === 0 ? randomUUID() : task, { signal: leaving.signal })
    if (frames === undefined) continue
    const iterator = frames[Symbol.asyncIterator]()
    if (index % 2 === 0) reading.push(readText({ [Symbol.asyncIterator]: () => iterator }))
    else reading.push(iterator.next())
  }
  expect(watchers.count().viewers).toBe(1000)
  leaving.abort()
  await Promise.all(reading)
  expect(await idle()).toEqual(NOTHING)
})

test('a reader that stops in the middle frees its viewer', async () => {
  const { ask, publish, idle } = setUp()
  const task = randomUUID()
  for (const index of range(0, 3)) await publish(task, { index })
  const frames = (await ask(task)) ?? []
  for await (const frame of frames) if (frame.includes('id: 0')) break
  expect(await idle()).toEqual(NOTHING)
})

test('while the storage is away a new viewer is refused, and nothing is left behind', async () => {
  const { ask, publish, idle } = setUp({}, { lose: () => true })
  const task = randomUUID()
  await publish(task, { index: 0 })
  const leaving = new AbortController()
  await ask(task, { signal: leaving.signal })
  storage.faults.add({ operation: 'table', action: 'unavailable' })
  // The feed is open, so only the look-up of an unknown cursor meets the outage.
  await expect(ask(task, { lastEventId: '7' })).rejects.toMatchObject({ status: 503 })
  await expect(ask(randomUUID())).rejects.toMatchObject({ status: 503 })
  leaving.abort()
  expect(await idle()).toEqual(NOTHING)
})

test('a storage that refuses after the slice is over harms nobody', async () => {
  const watched: StreamStateStore = {
    ...store,
    readEvents: async (task, from, limit) => {
      if (from >= 100) throw new Error('denied')
      return store.readEvents(task, from, limit)
    },
  }
  const { ask, publish, clock, idle } = setUp({}, { watched })
  const task = randomUUID()
  for (const index of range(0, 110)) await publish(task, { index })
  let text = ''
  for await (const piece of (await ask(task)) ?? []) {
    text += piece
    if (parseSse(text).events.length === 100) clock.advance(200_000)
  }
  expect(parseSse(text).lastEventId).toBe('99')
  expect(await idle()).toEqual(NOTHING)
})
