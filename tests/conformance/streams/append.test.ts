import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createAppend } from '../../../shared/streams/append.ts'
import { createFail } from '../../../shared/streams/fail.ts'
import { newStream } from '../../../shared/streams/stream-state.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { createTestBell, openStreams } from '../../support/open-streams.ts'

const HOUR_MS = 3_600_000
let storage: RunningStorage
let store: StreamStateStore
const now = Date.UTC(2026, 10, 20, 10)
const clock = { now: () => now, sleep: async () => {} }
const append = () => createAppend({ store, clock, ttlMs: HOUR_MS })
const producer = (index: number, id = 'agent') => ({ id, index })

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterAll(() => storage.stop())

test('events get a dense seq in the order of append, whatever their producers number', async () => {
  const stream = randomUUID()
  const write = append()
  const results = []
  for (const [index, id] of [
    [7, 'a'],
    [7, 'b'],
    [3, 'a'],
    [1_000_000, 'b'],
  ] as const) {
    results.push(await write({ stream, body: JSON.stringify({ id, index }), producer: producer(index, id) }))
  }
  expect(results).toEqual([0, 1, 2, 3].map((seq) => ({ outcome: 'appended', seq, late: false })))
  expect((await store.readEvents(stream, 1, 2)).map(({ seq, body }) => [seq, JSON.parse(body)])).toEqual([
    [1, { id: 'b', index: 7 }],
    [2, { id: 'a', index: 3 }],
  ])
})

test('a steady append is exactly one table operation', async () => {
  const stream = randomUUID()
  const write = append()
  await write({ stream, body: '0', producer: producer(0) })
  storage.meter.reset()
  for (let index = 1; index <= 5; index++)
    await write({ stream, body: String(index), producer: producer(index) })
  expect(storage.meter.read().total).toBe(5)
})

test('a repeated event is a duplicate at its first seq, from another process too', async () => {
  const stream = randomUUID()
  await append()({ stream, body: '"x"', producer: producer(0) })
  await append()({ stream, body: '"y"', producer: producer(1) })
  expect(await append()({ stream, body: '"x"', producer: producer(0) })).toEqual({
    outcome: 'duplicate',
    seq: 0,
    late: false,
  })
  expect((await store.read(stream))?.value.next).toBe(2)
})

test('another content under the same producer key is a conflict and is not stored', async () => {
  const stream = randomUUID()
  const write = append()
  await write({ stream, body: '"x"', producer: producer(0) })
  expect(await write({ stream, body: '"z"', producer: producer(0) })).toEqual({ outcome: 'conflict', seq: 0 })
  expect((await store.read(stream))?.value.next).toBe(1)
})

test('what counts as the same event is its identity, not its text', async () => {
  const stream = randomUUID()
  const write = append()
  await write({ stream, body: '{"a":1,"b":2}', identity: 'ab', producer: producer(0) })
  expect(await write({ stream, body: '{"b":2,"a":1}', identity: 'ab', producer: producer(0) })).toMatchObject(
    { outcome: 'duplicate' },
  )
})

test('the first closing event closes the stream; later events are stored as late and never reopen it', async () => {
  const stream = randomUUID()
  const write = append()
  await write({ stream, body: '0', producer: producer(0) })
  await write({ stream, body: '1', producer: producer(1), closes: 'final' })
  expect(await write({ stream, body: '2', producer: producer(2), closes: 'error' })).toEqual({
    outcome: 'appended',
    seq: 2,
    late: true,
  })
  expect((await store.read(stream))?.value).toMatchObject({
    status: 'closed',
    outcome: 'final',
    end: 2,
    next: 3,
  })
  expect((await store.readEvents(stream, 2, 1))[0]).toEqual({ seq: 2, body: '2', late: true })
})

test('many writers on one stream lose nothing and leave no gap', async () => {
  const stream = randomUUID()
  const writers = Array.from({ length: 8 }, append)
  const results = await Promise.all(
    writers.flatMap((write, writer) =>
      Array.from({ length: 5 }, (_, index) =>
        write({ stream, body: `"${writer}-${index}"`, producer: producer(index, `w${writer}`) }),
      ),
    ),
  )
  expect(results.every(({ outcome }) => outcome === 'appended')).toBe(true)
  const events = await store.readEvents(stream, 0, 100)
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, seq) => seq))
  expect(new Set(events.map(({ body }) => body)).size).toBe(40)
})

test('the expiry index knows a stream before its first event is stored', async () => {
  const stream = randomUUID()
  const failing: StreamStateStore = { ...store, commit: () => Promise.reject(new Error('killed here')) }
  await expect(
    createAppend({ store: failing, clock, ttlMs: HOUR_MS })({ stream, body: '0' }),
  ).rejects.toThrow('killed here')
  const filed: string[] = []
  for await (const bucket of store.dueBuckets(now + 3 * HOUR_MS))
    filed.push(...(await store.readBucket(bucket, 1000)))
  expect(filed).toContain(stream)
})

test.each([
  ['snowflake', '1234567890123456789'],
  ['slash', 'a/b'],
  ['star', '*'],
  ['unicode', 'zażółć 🐙 gęślą'],
  ['quote', "o'brien"],
  ['percent', '50%25'],
  ['128 wide characters', '€'.repeat(128)],
  ['hash and question', '#?\\'],
])('a task id of its own kind has its own stream: %s', async (_name, id) => {
  const stream = `${id}`
  await append()({ stream, body: JSON.stringify(id), producer: producer(0) })
  expect((await store.readEvents(stream, 0, 10)).map(({ body }) => JSON.parse(body))).toEqual([id])
})

test.each([100_000, 983_040, 983_041, 3_000_000])('a body of %d bytes comes back whole', async (bytes) => {
  const stream = randomUUID()
  const body = JSON.stringify('x'.repeat(bytes - 2))
  await append()({ stream, body, producer: producer(0) })
  expect((await store.readEvents(stream, 0, 1))[0]?.body === body).toBe(true)
  expect((await store.read(stream))?.value.hasBlobs ?? false).toBe(bytes > store.maxInlineBytes)
})

test('large bodies come a few a page, and all of them', async () => {
  const stream = randomUUID()
  const padding = 'x'.repeat(store.maxInlineBytes)
  const write = append()
  for (let index = 0; index < 20; index++) {
    const body = JSON.stringify(index % 2 === 0 ? index : [index, padding])
    await write({ stream, body, producer: producer(index) })
  }
  const pages: number[] = []
  for (let next = 0; next < 20; next += pages.at(-1) ?? 0) {
    const page = await store.readEvents(stream, next, 100)
    expect(page.map(({ seq }) => seq)).toEqual(page.map((_, index) => next + index))
    expect(page.every(({ seq, body }) => Number.parseInt(body.replace('[', ''), 10) === seq)).toBe(true)
    pages.push(page.length)
  }
  expect(pages).toEqual([17, 3])
})

test('a failure is noted on an open stream, and cleared by its final payload', async () => {
  const stream = randomUUID()
  const bell = createTestBell()
  const fail = createFail({ store, bell, clock, ttlMs: HOUR_MS })
  await fail(stream, 'lost')
  expect((await store.read(stream))?.value).toMatchObject({ ...newStream(now), failure: 'lost' })
  await append()({ stream, body: '0', producer: producer(0), closes: 'final' })
  expect((await store.read(stream))?.value.failure).toBeUndefined()
  await fail(stream, 'too late')
  expect((await store.read(stream))?.value.failure).toBeUndefined()
  expect(bell.rung).toEqual([{ stream, upto: 0 }])
})
