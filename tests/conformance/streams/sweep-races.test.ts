import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createStreamStore } from '../../../shared/azure/tables/stream-store.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { createMortal, Killed } from '../../support/create-mortal.ts'
import { HOUR_MS, openSweeps, sweepAll, TTL_MS } from '../../support/open-sweeps.ts'
import { expireStream } from '../../support/open-streams.ts'
import { range } from '../../support/publish.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

const nothing = { rows: 0, filed: 0, blobs: [] }

test('an append that comes before the sweep marks the stream keeps it', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  await bench.write(stream, 0)
  bench.clock.advance(TTL_MS + HOUR_MS)
  const racing: StreamStateStore = {
    ...bench.store,
    commit: async (id, commit) => {
      await bench.write(stream, 1)
      return bench.store.commit(id, commit)
    },
  }
  await sweepAll({ ...bench, store: racing })
  expect((await bench.store.read(stream))?.value).toMatchObject({ status: 'open', next: 2 })
  expect((await bench.store.readEvents(stream, 0, 10)).map(({ seq }) => seq)).toEqual([0, 1])
  expect((await bench.left()).filed).toBe(1)
})

test('an append that comes after the sweep marked the stream is told that its time is over', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  await bench.write(stream, 0)
  bench.clock.advance(TTL_MS + HOUR_MS)
  const results: unknown[] = []
  const racing: StreamStateStore = {
    ...bench.store,
    remove: async (id) => {
      results.push(await bench.write(id, 1), await bench.write(id, 2))
      await bench.store.remove(id)
    },
  }
  await sweepAll({ ...bench, store: racing })
  expect(results).toEqual([{ outcome: 'expired' }, { outcome: 'expired' }])
  expect(await bench.left()).toEqual(nothing)
})

test('an append after the sweep begins the stream anew, from 0', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  for (const index of range(0, 3)) await bench.write(stream, index)
  bench.clock.advance(TTL_MS + HOUR_MS)
  await sweepAll(bench)
  expect(await bench.write(stream, 0)).toEqual({ outcome: 'appended', seq: 0, late: false })
  expect((await bench.left()).filed).toBe(1)
})

test.each(['rows', 'bodies', 'state'] as const)(
  'a stream that begins anew while a second sweep still deletes the %s of the old one loses nothing',
  async (part) => {
    const bench = openSweeps(storage.connectionString)
    const stream = randomUUID()
    const large = JSON.stringify('x'.repeat(1_000_000))
    await bench.write(stream, 0)
    await bench.write(stream, 1, large)
    bench.clock.advance(TTL_MS + HOUR_MS)
    const { streams, blobs } = bench.ground
    let overtaken = false
    const overtake = async (at: typeof part): Promise<void> => {
      if (overtaken || at !== part) return
      overtaken = true
      await sweepAll(bench)
      bench.clock.advance(1)
      await bench.write(stream, 0)
      await bench.write(stream, 1, large)
    }
    const before =
      <Given extends unknown[], Result>(at: typeof part, work: (...given: Given) => Promise<Result>) =>
      async (...given: Given): Promise<Result> => {
        await overtake(at)
        return work(...given)
      }
    const slow = createStreamStore({
      ...bench.ground,
      streams: {
        ...streams,
        transact: before('rows', streams.transact),
        remove: before('state', streams.remove),
      },
      blobs: { ...blobs, removeAll: before('bodies', blobs.removeAll) },
    })
    await expireStream(bench.store, stream)
    await sweepAll({ ...bench, store: slow })
    expect(overtaken).toBe(true)
    expect((await bench.store.read(stream))?.value).toMatchObject({ status: 'open', next: 2 })
    const events = await bench.store.readEvents(stream, 0, 10)
    expect(events.map(({ body }) => body === large)).toEqual([false, true])
    expect((await bench.left()).blobs).toHaveLength(1)
  },
)

test('a stream that begins anew right after a sweep found it deleted loses nothing', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  await bench.write(stream, 0)
  bench.clock.advance(TTL_MS + HOUR_MS)
  await expireStream(bench.store, stream)
  await bench.store.remove(stream)
  const late: StreamStateStore = {
    ...bench.store,
    read: async (id) => {
      const found = await bench.store.read(id)
      if (found === undefined) await bench.write(stream, 0)
      return found
    },
  }
  await sweepAll({ ...bench, store: late })
  expect((await bench.store.readEvents(stream, 0, 10)).map(({ seq }) => seq)).toEqual([0])
  expect((await bench.left()).filed).toBe(1)
})

test('two sweeps of one bucket at the same time finish it', async () => {
  const bench = openSweeps(storage.connectionString)
  for (const stream of range(0, 4)) for (const index of range(0, 5)) await bench.write(`s${stream}`, index)
  bench.clock.advance(TTL_MS + HOUR_MS)
  await Promise.all([sweepAll(bench), sweepAll(bench), sweepAll(bench)])
  expect(await bench.left()).toEqual(nothing)
})

test('while a stream is being deleted nobody takes what is left of it for its beginning', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  for (const index of range(0, 105)) await bench.write(stream, index)
  await expireStream(bench.store, stream)
  // It reads the state, lists 99 events, deletes them, and dies.
  const dying = createStreamStore({ ...bench.ground, streams: createMortal(3).wrap(bench.ground.streams) })
  await expect(dying.remove(stream)).rejects.toThrow(Killed)
  const seqsFrom = async (from: number): Promise<number[]> =>
    (await bench.store.readEvents(stream, from, 100)).map(({ seq }) => seq)
  expect(await seqsFrom(0)).toEqual([])
  expect(await seqsFrom(90)).toEqual([])
  expect(await seqsFrom(99)).toEqual(range(99, 105))
})
