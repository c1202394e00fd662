import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { MAX_BELL_BYTES } from '../../../shared/contract/limits.ts'
import { announceAll } from '../../../shared/streams/announce.ts'
import { type AppendRequest, type AppendResult, createAppender } from '../../../shared/streams/append.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { createTestBell, expireStream, openStreams } from '../../support/open-streams.ts'
import { range } from '../../support/publish.ts'

const HOUR_MS = 3_600_000
const MIB = 1024 * 1024
let storage: RunningStorage
let store: StreamStateStore
const now = Date.UTC(2026, 10, 20, 10)
const clock = { now: () => now, sleep: async () => {} }
const appender = () => createAppender({ store, clock, ttlMs: HOUR_MS })

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterAll(() => storage.stop())

const request = (stream: string, index: number, more: Partial<AppendRequest> = {}): AppendRequest => ({
  stream,
  body: String(index),
  producer: { id: 'agent', index },
  ...more,
})

const requests = (stream: string, from: number, to: number): AppendRequest[] =>
  range(from, to).map((index) => request(stream, index))

const outcomes = (results: readonly AppendResult[]): unknown[] =>
  results.map((result) => ('seq' in result ? [result.outcome, result.seq] : [result.outcome]))

const bodies = async (stream: string): Promise<string[]> =>
  (await store.readEvents(stream, 0, 1000)).map(({ body }) => body)

test('events that come together are one transaction, each with its own place', async () => {
  const stream = randomUUID()
  const { appendAll } = appender()
  await appendAll(requests(stream, 0, 1))
  storage.meter.reset()
  expect(outcomes(await appendAll(requests(stream, 1, 6)))).toEqual(
    range(1, 6).map((seq) => ['appended', seq]),
  )
  expect(storage.meter.read().total).toBe(1)
  expect(await bodies(stream)).toEqual(['0', '1', '2', '3', '4', '5'])
})

test('the first append of a stream that is known to be new is one operation too', async () => {
  const stream = randomUUID()
  const { appendAll, expectNew } = appender()
  storage.meter.reset()
  expectNew(stream)
  await appendAll(requests(stream, 0, 2))
  expect(storage.meter.read().operations).toEqual({ 'table.batch': 1 })
})

test('a stream that was thought to be new, and begun by somebody else, is gone on with', async () => {
  const stream = randomUUID()
  const { appendAll, expectNew } = appender()
  expectNew(stream)
  await appender().appendAll(requests(stream, 0, 2))
  expect(outcomes(await appendAll(requests(stream, 2, 4)))).toEqual([
    ['appended', 2],
    ['appended', 3],
  ])
})

test('more than a transaction can hold goes in several, in order', async () => {
  const stream = randomUUID()
  const { appendAll } = appender()
  storage.meter.reset()
  expect(await appendAll(requests(stream, 0, 220))).toHaveLength(220)
  expect(storage.meter.read().operations['table.batch']).toBe(3)
  expect(await bodies(stream)).toEqual(range(0, 220).map(String))
})

test('large bodies come back whole: in several transactions, or from blobs', async () => {
  const stream = randomUUID()
  const texts = [0.9, 0.9, 0.9, 0.9, 2].map((size, index) => JSON.stringify(String(index).padEnd(size * MIB)))
  storage.meter.reset()
  await appender().appendAll(texts.map((body, index) => request(stream, index, { body })))
  expect(storage.meter.read().operations['table.batch']).toBe(2)
  expect((await bodies(stream)).every((body, index) => body === texts[index])).toBe(true)
})

test('repeated, by any process, nothing is stored twice', async () => {
  const stream = randomUUID()
  const { appendAll } = appender()
  await appendAll(requests(stream, 0, 3))
  for (const again of [appendAll, appender().appendAll]) {
    expect(outcomes(await again(requests(stream, 0, 3)))).toEqual(
      range(0, 3).map((seq) => ['duplicate', seq]),
    )
  }
  expect(await bodies(stream)).toEqual(['0', '1', '2'])
})

test('repeated after a crash between two transactions, only the second is made', async () => {
  const stream = randomUUID()
  await appender().appendAll(requests(stream, 0, 98))
  expect(outcomes(await appender().appendAll(requests(stream, 0, 100)))).toEqual([
    ...range(0, 98).map((seq) => ['duplicate', seq]),
    ['appended', 98],
    ['appended', 99],
  ])
  expect(await bodies(stream)).toEqual(range(0, 100).map(String))
})

test('others under the same key are in conflict, and nothing of them is stored', async () => {
  const stream = randomUUID()
  await appender().appendAll(requests(stream, 0, 2))
  const others = [request(stream, 0, { body: '"other"' }), request(stream, 1)]
  expect(outcomes(await appender().appendAll(others))).toEqual([
    ['conflict', 0],
    ['conflict', 0],
  ])
  expect(await bodies(stream)).toEqual(['0', '1'])
})

test('what follows the closing event among them is late', async () => {
  const stream = randomUUID()
  const results = await appender().appendAll([
    request(stream, 0),
    request(stream, 1, { closes: 'final' }),
    request(stream, 2, { closes: 'error' }),
    request(stream, 3),
  ])
  expect(results.map((result) => 'late' in result && result.late)).toEqual([false, false, true, true])
  expect((await store.read(stream))?.value).toMatchObject({ status: 'closed', outcome: 'final', end: 2 })
  expect((await store.readEvents(stream, 0, 10)).map(({ late }) => late)).toEqual([false, false, true, true])
})

test('a stream whose time is over takes none of them', async () => {
  const stream = randomUUID()
  await appender().appendAll(requests(stream, 0, 2))
  await expireStream(store, stream)
  expect(outcomes(await appender().appendAll(requests(stream, 2, 4)))).toEqual([['expired'], ['expired']])
})

test('many writers with several events each lose nothing, and keep the order of each', async () => {
  const stream = randomUUID()
  await Promise.all(
    range(0, 6).map(async (writer) => {
      const { appendAll } = appender()
      for (const round of range(0, 3)) {
        const own = range(0, 4).map((nth) => {
          const index = round * 4 + nth
          return request(stream, index, {
            body: `"${writer}-${index}"`,
            producer: { id: `w${writer}`, index },
          })
        })
        await appendAll(own)
      }
    }),
  )
  const stored = await bodies(stream)
  expect(stored).toHaveLength(72)
  for (const writer of range(0, 6)) {
    const own = stored.filter((body) => body.startsWith(`"${writer}-`))
    expect(own).toEqual(range(0, 12).map((index) => `"${writer}-${index}"`))
  }
})

const ring = async (asked: readonly AppendRequest[], { appendAll } = appender()): Promise<unknown[]> => {
  const bell = createTestBell()
  await announceAll(bell, asked, await appendAll(asked))
  return bell.rung
}

test('one bell rings for all of them, with all that they say', async () => {
  const stream = randomUUID()
  const closing = [...requests(stream, 0, 2), request(stream, 2, { closes: 'final' })]
  const rung = [{ stream, from: 0, events: [0, 1, 2], outcome: 'final' }]
  expect(await ring(closing)).toEqual(rung)
  // Repeated: the process may have died before it rang.
  expect(await ring(closing)).toEqual(rung)
})

test.each([
  [
    'is more than a bell carries',
    [JSON.stringify('x'.repeat(MAX_BELL_BYTES / 2)), '1', JSON.stringify('x'.repeat(MAX_BELL_BYTES / 2))],
  ],
  ['JSON does not keep exactly', ['1', '12345678901234567890', '2']],
])('where what they say %s, the bell only tells how far the stream has come', async (_why, texts) => {
  const stream = randomUUID()
  const asked = texts.map((body, index) => request(stream, index, { body }))
  expect(await ring(asked)).toEqual([{ stream, upto: 3 }])
})

test('late ones, and those between which somebody else has written, are for the table', async () => {
  const stream = randomUUID()
  const late = [request(stream, 0), request(stream, 1, { closes: 'final' }), request(stream, 2)]
  expect(await ring(late)).toEqual([{ stream, upto: 3 }])
  const bell = createTestBell()
  const at = (seq: number): AppendResult => ({ outcome: 'appended', seq, late: false })
  await announceAll(bell, requests(stream, 0, 2), [at(5), at(7)])
  expect(bell.rung).toEqual([{ stream, upto: 8 }])
})

test('no bell rings where nothing was stored', async () => {
  const stream = randomUUID()
  await appender().appendAll(requests(stream, 0, 1))
  expect(await ring([request(stream, 0, { body: '"other"' })])).toEqual([])
})
