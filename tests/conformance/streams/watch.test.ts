import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { openStreams } from '../../support/open-streams.ts'
import { openWatch, POLL_MS, whileTimePasses } from '../../support/open-watch.ts'
import { range } from '../../support/publish.ts'
import { viewStream } from '../../support/view-stream.ts'

let storage: RunningStorage
let store: StreamStateStore

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterEach(() => storage.faults.remove())
afterAll(() => storage.stop())

const always = (): boolean => true

test('a viewer gets what is stored, then what comes, in order, and the end', async () => {
  const { watchers, publish } = openWatch(store)
  const stream = randomUUID()
  for (const index of range(0, 3)) await publish(stream, { index })
  const viewer = viewStream(watchers, stream)
  await viewer.has(3)
  for (const index of range(3, 6)) await publish(stream, { index })
  await publish(stream, { index: 6, closes: 'final' })
  expect(await viewer.done).toEqual({
    seqs: range(0, 7),
    bodies: range(0, 7).map(String),
    ending: { kind: 'closed', end: 7, outcome: 'final' },
  })
})

test('a viewer of a task without events waits for the first', async () => {
  const { watchers, publish } = openWatch(store)
  const stream = randomUUID()
  const viewer = viewStream(watchers, stream)
  expect(await viewer.joined).toEqual({ kind: 'ready', state: undefined, gone: false })
  await publish(stream, { index: 0, closes: 'final' })
  expect((await viewer.done).seqs).toEqual([0])
})

test.each([
  ['before the first read', 'before', 0],
  ['right after the first read', 'after', 0],
  ['before the first read, for a viewer at the end', 'before', 1],
  ['right after the first read, for a viewer at the end', 'after', 1],
] as const)('an event that is appended between joining and reading is not missed: %s', async (...given) => {
  const [, moment, from] = given
  const stream = randomUUID()
  let armed = true
  const watched: StreamStateStore = {
    ...store,
    read: async (id) => {
      const race = async (): Promise<void> => {
        if (!armed) return
        armed = false
        await bench.publish(stream, { index: 1 })
      }
      if (moment === 'before') await race()
      const found = await store.read(id)
      if (moment === 'after') await race()
      return found
    },
  }
  const bench = openWatch(store, { watched })
  await bench.publish(stream, { index: 0 })
  const viewer = viewStream(bench.watchers, stream, from)
  await viewer.has(2 - from)
  expect(viewer.seen.seqs).toEqual(range(from, 2))
  viewer.leave()
})

test('of a bell with many events those are shown that are new', async () => {
  const { watchers, publish, bell } = openWatch(store, { lose: always })
  const stream = randomUUID()
  for (const index of range(0, 2)) await publish(stream, { index })
  const viewer = viewStream(watchers, stream)
  await viewer.has(2)
  for (const index of range(2, 5)) await publish(stream, { index })
  bell.deliver({ stream, from: 1, events: [1, 2, 3] })
  bell.deliver({ stream, from: 0, events: [0, 1, 2, 3, 4], outcome: 'final' })
  expect(await viewer.done).toMatchObject({
    bodies: range(0, 5).map(String),
    ending: { kind: 'closed', end: 5 },
  })
})

test('what closes the stream while a page is read closes it at once, without a poll', async () => {
  const stream = randomUUID()
  const watched: StreamStateStore = {
    ...store,
    readEvents: async (id, from, limit) => {
      if (from === 1) await bench.publish(stream, { index: 2, closes: 'final' })
      return store.readEvents(id, from, limit)
    },
  }
  const bench = openWatch(store, { watched, lose: (bell) => 'from' in bell && bell.from === 1 })
  await bench.publish(stream, { index: 0 })
  const viewer = viewStream(bench.watchers, stream)
  await viewer.has(1)
  await bench.publish(stream, { index: 1 })
  bench.bell.deliver({ stream, upto: 2 })
  expect(await viewer.done).toMatchObject({ seqs: [0, 1, 2], ending: { kind: 'closed', end: 3 } })
})

const shuffles: Array<[string, (bells: readonly unknown[]) => number[]]> = [
  ['in order', (bells) => bells.map((_bell, index) => index)],
  ['backwards', (bells) => bells.map((_bell, index) => index).toReversed()],
  ['each twice', (bells) => bells.flatMap((_bell, index) => [index, index])],
  [
    'the second half first',
    (bells) => bells.map((_bell, index) => (index + bells.length / 2) % bells.length),
  ],
  ['the last one alone', (bells) => [bells.length - 1]],
  ['old ones again at the end', (bells) => [...bells.map((_bell, index) => index), 0, 1, 2]],
]

test.each(shuffles)(
  'bells that arrive %s give every viewer every event once, in order',
  async (_name, order) => {
    const { watchers, publish, bell } = openWatch(store, { lose: always })
    const stream = randomUUID()
    const early = viewStream(watchers, stream)
    await early.joined
    for (const index of range(0, 9)) await publish(stream, { index })
    await publish(stream, { index: 9, closes: 'error' })
    const late = viewStream(watchers, stream, 4)
    await late.joined
    for (const index of order(bell.rung)) {
      const rung = bell.rung[index]
      if (rung !== undefined) bell.deliver(rung)
    }
    expect((await early.done).seqs).toEqual(range(0, 10))
    expect(await late.done).toMatchObject({
      seqs: range(4, 10),
      ending: { kind: 'closed', end: 10, outcome: 'error' },
    })
  },
)

test('bells that only say how far the stream is are followed by reading', async () => {
  const { watchers, publish, bell } = openWatch(store)
  const stream = randomUUID()
  const large = JSON.stringify('x'.repeat(40_000))
  const viewer = viewStream(watchers, stream)
  await viewer.joined
  for (const index of range(0, 5)) await publish(stream, { index, body: large })
  await publish(stream, { index: 5, closes: 'final' })
  expect((await viewer.done).bodies).toEqual([...range(0, 5).map(() => large), '5'])
  expect(bell.rung.filter((rung) => 'upto' in rung)).toHaveLength(5)
})

test('what no bell announced is found by looking at the state now and then', async () => {
  const { watchers, publish, clock } = openWatch(store, { lose: always })
  const stream = randomUUID()
  const viewer = viewStream(watchers, stream)
  await viewer.joined
  await publish(stream, { index: 0 })
  await whileTimePasses(clock, viewer.has(1))
  await publish(stream, { index: 1, closes: 'final' })
  expect(await whileTimePasses(clock, viewer.done)).toMatchObject({
    seqs: [0, 1],
    ending: { kind: 'closed' },
  })
})

test('after a gap of the link what was missed is read at once', async () => {
  let down = true
  const { watchers, publish, bell } = openWatch(store, { lose: () => down })
  const stream = randomUUID()
  const viewer = viewStream(watchers, stream)
  await viewer.joined
  for (const index of range(0, 3)) await publish(stream, { index })
  down = false
  bell.gap()
  await viewer.has(3)
  await publish(stream, { index: 3, closes: 'final' })
  expect((await viewer.done).seqs).toEqual(range(0, 4))
})

test('a slow viewer falls out of memory and catches up from the storage, without a gap', async () => {
  const { watchers, publish } = openWatch(store)
  const stream = randomUUID()
  const body = JSON.stringify('x'.repeat(150_000))
  const leaving = new AbortController()
  const slow = watchers.watch(stream, { from: 0, signal: leaving.signal })
  await slow.next()
  const fast = viewStream(watchers, stream)
  // Six megabytes: more than a feed holds.
  for (const index of range(0, 40)) await publish(stream, { index, body })
  await publish(stream, { index: 40, closes: 'final' })
  await fast.done
  storage.meter.reset()
  const seqs: number[] = []
  for await (const item of slow) if (item.kind === 'events') seqs.push(...item.events.map(({ seq }) => seq))
  expect(seqs).toEqual(range(0, 41))
  expect(storage.meter.read().operations['table.list']).toBeGreaterThan(0)
  expect(fast.seen.seqs).toEqual(range(0, 41))
})

test('a viewer survives that the storage is away, and goes on when it is back', async () => {
  const { watchers, publish, clock, lines } = openWatch(store, { lose: always })
  const stream = randomUUID()
  for (const index of range(0, 2)) await publish(stream, { index })
  const viewer = viewStream(watchers, stream)
  await viewer.has(2)
  const leaving = new AbortController()
  const slow = watchers.watch(stream, { from: 0, signal: leaving.signal })
  await slow.next()
  await publish(stream, { index: 2 })
  storage.faults.add({ operation: 'table', action: 'unavailable' })
  storage.meter.reset()
  while (lines.length < 2) {
    clock.advance(POLL_MS)
    await new Promise(setImmediate)
  }
  expect(viewer.seen.ending).toBeUndefined()
  storage.faults.remove()
  await whileTimePasses(clock, viewer.has(3))
  await publish(stream, { index: 3, closes: 'final' })
  expect((await whileTimePasses(clock, viewer.done)).seqs).toEqual(range(0, 4))
  const seqs: number[] = []
  for await (const item of slow) if (item.kind === 'events') seqs.push(...item.events.map(({ seq }) => seq))
  expect(seqs).toEqual(range(0, 4))
  expect(lines.every((line) => line.includes('"level":"warn"') && line.includes(stream))).toBe(true)
})

test('a page that cannot be read is read when the storage is back', async () => {
  const { watchers, publish, clock, lines } = openWatch(store, { lose: always })
  const stream = randomUUID()
  await publish(stream, { index: 0 })
  const viewer = viewStream(watchers, stream)
  await viewer.joined
  // The first page of the viewer fails: the feed is open, its events are not in memory.
  storage.faults.add({ operation: 'table', action: 'unavailable', count: 1 })
  await whileTimePasses(clock, viewer.has(1))
  expect(lines).toHaveLength(1)
  viewer.leave()
})

test('while the storage is away a new viewer is told so, and nothing is left behind', async () => {
  const { watchers, bell, clock } = openWatch(store)
  storage.faults.add({ operation: 'table', action: 'unavailable' })
  const stream = randomUUID()
  const viewers = [viewStream(watchers, stream), viewStream(watchers, stream)]
  for (const { joined, done } of viewers) {
    await expect(joined).rejects.toMatchObject({ status: 503 })
    await expect(done).rejects.toMatchObject({ status: 503 })
  }
  expect([watchers.count(), bell.listening(), clock.sleeping()]).toEqual([{ streams: 0, viewers: 0 }, 0, 0])
})

test('what came after the end is not shown, even where the end itself was not heard of', async () => {
  const stream = randomUUID()
  const watched: StreamStateStore = {
    ...store,
    readEvents: async (...page) => {
      await bench.publish(stream, { index: 1, closes: 'final' })
      await bench.publish(stream, { index: 2 })
      return store.readEvents(...page)
    },
  }
  const bench = openWatch(store, { watched, lose: always })
  await bench.publish(stream, { index: 0 })
  const viewer = viewStream(bench.watchers, stream)
  expect(await whileTimePasses(bench.clock, viewer.done)).toMatchObject({ seqs: [0, 1], ending: { end: 2 } })
})
