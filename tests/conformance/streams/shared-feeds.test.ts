import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { openStreams } from '../../support/open-streams.ts'
import { openWatch, POLL_MS } from '../../support/open-watch.ts'
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

test('steady events are shown from their bells: no storage is read', async () => {
  const { watchers, publish } = openWatch(store)
  const stream = randomUUID()
  const viewers = range(0, 20).map(() => viewStream(watchers, stream))
  await Promise.all(viewers.map(({ joined }) => joined))
  await publish(stream, { index: 0 })
  storage.meter.reset()
  for (const index of range(1, 10)) await publish(stream, { index })
  await Promise.all(viewers.map((viewer) => viewer.has(10)))
  expect(storage.meter.read().operations).toEqual({ 'table.batch': 9 })
  for (const viewer of viewers) viewer.leave()
})

test('a silent stream costs one operation a poll, however many watch it', async () => {
  const { watchers, publish, clock } = openWatch(store)
  const stream = randomUUID()
  await publish(stream, { index: 0 })
  const viewers = range(0, 30).map(() => viewStream(watchers, stream))
  await Promise.all(viewers.map((viewer) => viewer.has(1)))
  storage.meter.reset()
  for (const poll of range(1, 4)) {
    clock.advance(POLL_MS)
    // The next sleep begins when the look is over.
    while (clock.sleeping() === 0) await new Promise(setImmediate)
    expect(storage.meter.read().operations).toEqual({ 'table.read': poll })
  }
  for (const viewer of viewers) viewer.leave()
})

test('fifty viewers of one task read it once', async () => {
  const { watchers, publish } = openWatch(store, { lose: always })
  const stream = randomUUID()
  for (const index of range(0, 250))
    await publish(stream, { index, ...(index === 249 ? { closes: 'final' } : {}) })
  storage.meter.reset()
  const seen = await Promise.all(range(0, 50).map(() => viewStream(watchers, stream).done))
  for (const { seqs } of seen) expect(seqs).toEqual(range(0, 250))
  expect(storage.meter.read().operations).toEqual({ 'table.list': 3, 'table.read': 1 })
})

test('a viewer that comes later is served from memory', async () => {
  const { watchers, publish } = openWatch(store)
  const stream = randomUUID()
  for (const index of range(0, 60)) await publish(stream, { index })
  const first = viewStream(watchers, stream)
  await first.has(60)
  storage.meter.reset()
  const later = range(0, 10).map((index) => viewStream(watchers, stream, index))
  await Promise.all(later.map((viewer, index) => viewer.has(60 - index)))
  expect(storage.meter.read().total).toBe(0)
  for (const viewer of [first, ...later]) viewer.leave()
})

test('a viewer that leaves frees its feed, its timers and its place at the bell', async () => {
  const { watchers, publish, bell, clock } = openWatch(store)
  const [one, other] = [randomUUID(), randomUUID()]
  await publish(one, { index: 0 })
  const viewers = range(0, 1000).map((index) => viewStream(watchers, index % 2 === 0 ? one : other))
  await Promise.all(viewers.map(({ joined }) => joined))
  expect(watchers.count()).toEqual({ streams: 2, viewers: 1000 })
  expect(bell.listening()).toBe(2)
  for (const viewer of viewers.slice(1)) viewer.leave()
  await Promise.all(viewers.slice(1).map(({ done }) => done))
  expect(watchers.count()).toEqual({ streams: 1, viewers: 1 })
  viewers[0]?.leave()
  await viewers[0]?.done
  expect(watchers.count()).toEqual({ streams: 0, viewers: 0 })
  expect(bell.listening()).toBe(0)
  expect(clock.sleeping()).toBe(0)
})

test('a viewer that leaves before it has joined leaves nothing behind', async () => {
  const { watchers, bell, clock } = openWatch(store)
  const leaving = new AbortController()
  const items = watchers.watch(randomUUID(), { from: 0, signal: leaving.signal })
  const first = items.next()
  leaving.abort()
  await items.return()
  await first
  expect([watchers.count(), bell.listening(), clock.sleeping()]).toEqual([{ streams: 0, viewers: 0 }, 0, 0])
})

test('viewers that come one after another read a long stream once', async () => {
  const { watchers, publish } = openWatch(store)
  const stream = randomUUID()
  for (const index of range(0, 350)) await publish(stream, { index })
  storage.meter.reset()
  const stays = viewStream(watchers, stream)
  await stays.has(350)
  for (const _ of range(0, 5)) {
    const comes = viewStream(watchers, stream)
    await comes.has(350)
    comes.leave()
  }
  expect(storage.meter.read().operations).toEqual({ 'table.list': 4, 'table.read': 1 })
  stays.leave()
})
