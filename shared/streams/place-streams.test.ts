import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../local/storage/start-storage.ts'
import { openStreams } from '../../tests/support/open-streams.ts'
import { createAppend } from './append.ts'
import { createExpire } from './expire.ts'
import { pickPlace, placeStreams, type StreamPlace } from './place-streams.ts'
import { newStream } from './stream-state.ts'

const HOUR_MS = 3_600_000
const names = (count: number): Array<{ name: string }> =>
  Array.from({ length: count }, (_, index) => ({ name: `account${index}` }))
const ids = Array.from({ length: 3000 }, (_, index) => `task-${index}`)

test('a stream has one place, in whatever order the accounts are listed', () => {
  for (const id of ids.slice(0, 100)) {
    expect(pickPlace(id, names(7).toReversed())).toEqual(pickPlace(id, names(7)))
  }
})

test('streams are spread evenly', () => {
  const counts = new Map<string, number>()
  for (const id of ids) {
    const { name } = pickPlace(id, names(5))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  expect(counts.size).toBe(5)
  for (const count of counts.values()) {
    expect(count).toBeGreaterThan(450)
    expect(count).toBeLessThan(750)
  }
})

test('an account more takes its share and moves nothing else', () => {
  const moved = ids.filter((id) => pickPlace(id, names(5)).name !== pickPlace(id, names(6)).name)
  expect(moved.every((id) => pickPlace(id, names(6)).name === 'account5')).toBe(true)
  expect(moved.length).toBeGreaterThan(350)
  expect(moved.length).toBeLessThan(650)
})

test('a generation without an account is refused', () => {
  expect(() => pickPlace('x', [])).toThrow('at least one account')
})

let storage: RunningStorage
const places: StreamPlace[] = []
let now = Date.UTC(2026, 10, 20, 10)
const clock = { now: () => now, sleep: async () => {} }

beforeAll(async () => {
  storage = await startStorage({})
  for (const name of ['one', 'two', 'three', 'four'])
    places.push({ name, store: openStreams(storage.connectionString, name) })
})
afterAll(() => storage.stop())

const at = (...indexes: number[]): StreamPlace[] =>
  indexes.flatMap((index) => {
    const place = places[index]
    return place === undefined ? [] : [place]
  })

/** Names of the accounts in which a stream lies. */
const whereIs = async (stream: string): Promise<string[]> => {
  const found = await Promise.all(
    places.map(async ({ name, store }) => ((await store.read(stream)) ? [name] : [])),
  )
  return found.flat()
}

const write = (store: ReturnType<typeof placeStreams>, stream: string, index: number) =>
  createAppend({ store, clock, ttlMs: HOUR_MS })({
    stream,
    body: String(index),
    producer: { id: 'a', index },
  })

test('a stream stays where it was begun when a generation is added, new ones begin in the newest', async () => {
  const before = placeStreams([at(0, 1)])
  const after = placeStreams([at(0, 1), at(2, 3)])
  for (const stream of Array.from({ length: 6 }, () => randomUUID())) {
    await write(before, stream, 0)
    expect(await write(after, stream, 1)).toMatchObject({ outcome: 'appended', seq: 1 })
    expect(await whereIs(stream)).toEqual([pickPlace(stream, at(0, 1)).name])
    expect((await after.readEvents(stream, 0, 10)).map(({ body }) => body)).toEqual(['0', '1'])
    expect(await after.readProducer(stream, { id: 'a', index: 1 })).toMatchObject({ seq: 1 })
    const fresh = randomUUID()
    await write(after, fresh, 0)
    expect(await whereIs(fresh)).toEqual([pickPlace(fresh, at(2, 3)).name])
  }
})

test('a stream that was deleted and begins anew begins in the newest generation, for every process', async () => {
  const stream = randomUUID()
  const old = placeStreams([at(0)])
  await write(old, stream, 0)
  const [one, other] = [placeStreams([at(0), at(2)]), placeStreams([at(0), at(2)])]
  // Both have seen it in its old place.
  await write(one, stream, 1)
  await write(other, stream, 2)
  const found = await old.read(stream)
  await old.commit(stream, { state: { ...newStream(0), status: 'expired' }, version: found?.version })
  await old.remove(stream)
  await write(one, stream, 3)
  await write(other, stream, 4)
  expect(await whereIs(stream)).toEqual(['three'])
  expect((await other.read(stream))?.value.next).toBe(2)
})

test('a sweep goes through the buckets of every account', async () => {
  const store = placeStreams([at(0, 1), at(2, 3)])
  const streams = Array.from({ length: 8 }, () => randomUUID())
  for (const stream of streams) await write(store, stream, 0)
  now += 3 * HOUR_MS
  const expire = createExpire({ store, clock, ttlMs: HOUR_MS })
  for await (const bucket of expire.dueBuckets()) expect(await expire.sweep(bucket)).toBe(true)
  for (const stream of streams) expect(await whereIs(stream)).toEqual([])
  for await (const bucket of expire.dueBuckets()) expect.unreachable(`${bucket} is left`)
})

test('an account that is in two generations is looked at once', async () => {
  const store = placeStreams([at(0), at(0, 2)])
  const stream = ids.find((id) => pickPlace(id, at(0, 2)).name === 'one') ?? ''
  storage.meter.reset()
  expect(await store.read(stream)).toBeUndefined()
  expect(storage.meter.read().total).toBe(1)
  await write(store, stream, 0)
  const buckets: string[] = []
  for await (const bucket of store.dueBuckets(now + 3 * HOUR_MS)) buckets.push(bucket)
  expect(buckets).toHaveLength(1)
  expect(buckets[0]).toMatch(/^one\//)
})

test('a bucket of an account that is not there any more is named', () => {
  expect(() => placeStreams([at(0, 1)]).readBucket('gone/stream-2026112010-01', 1)).toThrow(
    'gone/stream-2026112010-01',
  )
})

test('with one account nothing stands in between', () => {
  expect(placeStreams([at(1)])).toBe(places[1]?.store)
})

test('in one generation a place costs no look-up', async () => {
  const store = placeStreams([at(0, 1)])
  const stream = randomUUID()
  await write(store, stream, 0)
  storage.meter.reset()
  await store.readEvents(stream, 0, 1)
  await store.read(stream)
  expect(storage.meter.read().total).toBe(2)
})

test('where there are generations, a new stream costs a look at each of them, and only once', async () => {
  const store = placeStreams([at(0), at(1), at(2)])
  const append = createAppend({ store, clock, ttlMs: HOUR_MS })
  const stream = randomUUID()
  const costs: number[] = []
  for (const index of [0, 1, 2]) {
    storage.meter.reset()
    await append({ stream, body: '', producer: { id: 'a', index } })
    costs.push(storage.meter.read().total)
  }
  // Three looks, the row of the expiry index and the append; then the append alone.
  expect(costs).toEqual([5, 1, 1])
})
