import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createFail } from '../../../shared/streams/fail.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { expireStream, openStreams } from '../../support/open-streams.ts'
import { openWatch, whileTimePasses } from '../../support/open-watch.ts'
import { range } from '../../support/publish.ts'
import { viewStream } from '../../support/view-stream.ts'

const HOUR_MS = 3_600_000
let storage: RunningStorage
let store: StreamStateStore

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterAll(() => storage.stop())

const setUp = (options: Parameters<typeof openWatch>[1] = {}) => {
  const bench = openWatch(store, options)
  return { ...bench, fail: createFail({ store, bell: bench.bell, clock: bench.clock, ttlMs: HOUR_MS }) }
}

const closed = { kind: 'closed', end: 2, outcome: 'final' }

test.each(['final', 'error'] as const)(
  'a stream that its %s event closed ends there for every viewer',
  async (outcome) => {
    const { watchers, publish } = setUp()
    const stream = randomUUID()
    const early = viewStream(watchers, stream)
    await early.joined
    await publish(stream, { index: 0 })
    await publish(stream, { index: 1, closes: outcome })
    const late = viewStream(watchers, stream, 1)
    expect(await early.done).toMatchObject({ seqs: [0, 1], ending: { ...closed, outcome } })
    expect(await late.done).toMatchObject({ seqs: [1], ending: { ...closed, outcome } })
  },
)

test('a cursor at or past the end of a closed stream ends at once', async () => {
  const { watchers, publish } = setUp()
  const stream = randomUUID()
  await publish(stream, { index: 0 })
  await publish(stream, { index: 1, closes: 'final' })
  for (const from of [2, 3, 1000])
    expect(await viewStream(watchers, stream, from).done).toEqual({ seqs: [], bodies: [], ending: closed })
})

test('what comes after the end is never shown, neither stored nor live', async () => {
  const { watchers, publish } = setUp()
  const stream = randomUUID()
  const slow = watchers.watch(stream, { from: 0, signal: new AbortController().signal })
  await slow.next()
  await publish(stream, { index: 0 })
  await publish(stream, { index: 1, closes: 'final' })
  await publish(stream, { index: 2, body: '{"late":"by itself"}' })
  await publish(stream, { index: 3, body: '{}', closes: 'error' })
  const items: unknown[] = []
  for await (const item of slow) {
    items.push(...(item.kind === 'events' ? item.events.map(({ seq }) => seq) : [item]))
  }
  expect(items).toEqual([0, 1, closed])
  expect((await viewStream(watchers, stream).done).seqs).toEqual([0, 1])
  expect((await viewStream(watchers, stream, 2).done).seqs).toEqual([])
})

test('a late event whose bell comes before that of the end is not shown', async () => {
  const { watchers, publish, bell } = setUp({ lose: () => true })
  const stream = randomUUID()
  const viewer = viewStream(watchers, stream)
  await viewer.joined
  await publish(stream, { index: 0 })
  await publish(stream, { index: 1, closes: 'final' })
  await publish(stream, { index: 2, body: '{}' })
  for (const rung of bell.rung.toReversed()) bell.deliver(rung)
  expect(await viewer.done).toMatchObject({ seqs: [0, 1], ending: closed })
})

test('a stream that cannot finish tells its viewers, after all that is stored', async () => {
  const { watchers, publish, fail } = setUp()
  const stream = randomUUID()
  await publish(stream, { index: 0 })
  const early = viewStream(watchers, stream)
  await early.has(1)
  await fail(stream, 'The final event is in quarantine.')
  const failed = { kind: 'failed', reason: 'The final event is in quarantine.' }
  expect(await early.done).toMatchObject({ seqs: [0], ending: failed })
  expect(await viewStream(watchers, stream).done).toMatchObject({ seqs: [0], ending: failed })
})

test('a task that fails before its first event tells its viewers', async () => {
  const { watchers, fail } = setUp()
  const stream = randomUUID()
  const viewer = viewStream(watchers, stream)
  await viewer.joined
  await fail(stream, 'lost')
  expect(await viewer.done).toMatchObject({ seqs: [], ending: { kind: 'failed', reason: 'lost' } })
})

test('a failure that the final payload mends is not told any more', async () => {
  const { watchers, publish, fail } = setUp()
  const stream = randomUUID()
  await publish(stream, { index: 0 })
  await fail(stream, 'The final event is in quarantine.')
  await publish(stream, { index: 1, closes: 'final' })
  expect(await viewStream(watchers, stream).done).toMatchObject({ seqs: [0, 1], ending: closed })
})

test('a stream whose time is over ends for its viewers at the next look', async () => {
  const { watchers, publish, clock } = setUp()
  const stream = randomUUID()
  await publish(stream, { index: 0 })
  const viewer = viewStream(watchers, stream)
  await viewer.has(1)
  await expireStream(store, stream)
  expect(await whileTimePasses(clock, viewer.done)).toMatchObject({ seqs: [0], ending: { kind: 'expired' } })
  expect(await viewStream(watchers, stream).done).toMatchObject({ seqs: [], ending: { kind: 'expired' } })
})

test('a stream that is deleted before anybody looked ends as expired too', async () => {
  const { watchers, publish, clock } = setUp()
  const stream = randomUUID()
  await publish(stream, { index: 0 })
  const viewer = viewStream(watchers, stream)
  await viewer.has(1)
  await expireStream(store, stream)
  await store.remove(stream)
  expect(await whileTimePasses(clock, viewer.done)).toMatchObject({ ending: { kind: 'expired' } })
})

test.each([
  ['shorter, in the same millisecond', 1, 0],
  ['shorter', 1, 1],
  ['longer', 5, 1],
])('a stream that begins anew, %s, ends for old viewers and begins for new ones', async (...given) => {
  const [, count, later] = given
  const { watchers, publish, clock } = setUp({ lose: () => true })
  const stream = randomUUID()
  for (const index of range(0, 3)) await publish(stream, { index })
  const old = viewStream(watchers, stream)
  await old.has(3)
  const asleep = watchers.watch(stream, { from: 0, signal: new AbortController().signal })
  await asleep.next()
  await expireStream(store, stream)
  await store.remove(stream)
  clock.advance(later)
  for (const index of range(0, count)) await publish(stream, { index, agent: 'second' })
  expect(await whileTimePasses(clock, old.done)).toMatchObject({
    seqs: [0, 1, 2],
    ending: { kind: 'expired' },
  })
  // One of the old viewers has not taken notice yet: a new one is not served from its memory.
  const fresh = viewStream(watchers, stream)
  await fresh.has(count)
  expect(fresh.seen.seqs).toEqual(range(0, count))
  expect(watchers.count()).toEqual({ streams: 1, viewers: 2 })
  expect((await asleep.next()).value).toEqual({ kind: 'expired' })
  await asleep.next()
  fresh.leave()
  await fresh.done
  expect(watchers.count()).toEqual({ streams: 0, viewers: 0 })
})
