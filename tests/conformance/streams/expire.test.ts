import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { connectFolder } from '../../../shared/azure/blobs/connect-folder.ts'
import { createStreamStore } from '../../../shared/azure/tables/stream-store.ts'
import type { Sweep } from '../../../shared/contract/sweep.ts'
import { unavailable } from '../../../shared/kernel/errors.ts'
import { createLog } from '../../../shared/kernel/log.ts'
import { createPatience } from '../../../shared/kernel/retry.ts'
import { createExpire } from '../../../shared/streams/expire.ts'
import { createSweeps, type SendSweep, type SweepRounds } from '../../../shared/streams/sweeps.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { createMortal, Killed } from '../../support/create-mortal.ts'
import { HOUR_MS, openSweeps, type SweepBench, sweepAll, TTL_MS } from '../../support/open-sweeps.ts'
import { range } from '../../support/publish.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

const nothing = { rows: 0, filed: 0, blobs: [] }

test('a stream is deleted when its time is over, and not an hour before', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  for (const index of range(0, 3)) await bench.write(stream, index)
  bench.clock.advance(TTL_MS)
  await sweepAll(bench)
  expect((await bench.store.read(stream))?.value.next).toBe(3)
  bench.clock.advance(HOUR_MS)
  await sweepAll(bench)
  expect(await bench.left()).toEqual(nothing)
})

test('a stream that was written since is filed anew, and swept when that time is over', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  await bench.write(stream, 0)
  bench.clock.advance(TTL_MS)
  await bench.write(stream, 1)
  bench.clock.advance(2 * HOUR_MS)
  await sweepAll(bench)
  expect((await bench.store.read(stream))?.value).toMatchObject({ status: 'open', next: 2 })
  expect((await bench.left()).filed).toBe(1)
  await sweepAll(bench)
  bench.clock.advance(TTL_MS)
  await sweepAll(bench)
  expect(await bench.left()).toEqual(nothing)
})

test('large bodies go with their stream', async () => {
  const bench = openSweeps(storage.connectionString)
  const large = JSON.stringify('x'.repeat(1_100_000))
  for (const stream of ['..', '.', 'a.', 'kept']) await bench.write(stream, 0, large)
  expect((await bench.left()).blobs).toHaveLength(4)
  for (const stream of ['..', '.', 'a.'])
    expect((await bench.store.readEvents(stream, 0, 1))[0]?.body === large).toBe(true)
  bench.clock.advance(TTL_MS)
  await bench.write('kept', 1)
  bench.clock.advance(HOUR_MS)
  await sweepAll(bench)
  expect((await bench.left()).blobs).toEqual([expect.stringMatching(/^kept~/)])
})

test('a stream of hundreds of events is deleted in transactions, its state row last', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  for (const index of range(0, 60)) await bench.write(stream, index)
  bench.clock.advance(TTL_MS + HOUR_MS)
  const steps: Array<string | undefined> = []
  const watched: StreamStateStore = {
    ...bench.store,
    remove: async (id) => {
      steps.push((await bench.store.read(id))?.value.status)
      await bench.store.remove(id)
    },
  }
  storage.meter.reset()
  await sweepAll({ ...bench, store: watched })
  expect(steps).toEqual(['expired'])
  // 120 rows of events and producers, 99 a transaction; one that marks the stream.
  expect(storage.meter.read().operations['table.batch']).toBe(3)
  expect(await bench.left()).toEqual(nothing)
})

test('a stream is never deleted that is not marked expired', async () => {
  const bench = openSweeps(storage.connectionString)
  const stream = randomUUID()
  await bench.write(stream, 0)
  await bench.store.remove(stream)
  expect((await bench.store.readEvents(stream, 0, 1)).length).toBe(1)
})

test('a stream that was filed but never begun is taken from the index', async () => {
  const bench = openSweeps(storage.connectionString)
  await bench.store.fileExpiry('ghost', bench.clock.now())
  bench.clock.advance(HOUR_MS)
  await sweepAll(bench)
  expect(await bench.left()).toEqual(nothing)
})

test('what belongs to a stream goes before the stream does, also when the stream never began', async () => {
  const bench = openSweeps(storage.connectionString)
  await bench.write('begun', 0)
  await bench.store.fileExpiry('ghost', bench.clock.now() + TTL_MS)
  await bench.write('kept', 0)
  bench.clock.advance(TTL_MS)
  await bench.write('kept', 1)
  bench.clock.advance(HOUR_MS)
  const removed: unknown[] = []
  const expire = createExpire({
    store: bench.store,
    clock: bench.clock,
    ttlMs: TTL_MS,
    onRemove: async (stream) => {
      removed.push([stream, (await bench.store.read(stream))?.value.status])
    },
  })
  for await (const bucket of expire.dueBuckets()) await expire.sweep(bucket)
  expect(removed).toHaveLength(2)
  expect(removed).toEqual(
    expect.arrayContaining([
      ['begun', 'expired'],
      ['ghost', undefined],
    ]),
  )
})

const nothingLeft: SweepRounds = {
  sessions: async () => true,
  idempotency: async () => true,
  parts: async () => true,
}

/** The sweeps of one process, on a queue of the test. */
const openQueue = (
  { store, clock }: SweepBench,
  send: SendSweep,
  rounds: Partial<SweepRounds> = {},
): ReturnType<typeof createSweeps> =>
  createSweeps({
    queue: 'sweeps',
    expire: createExpire({ store, clock, ttlMs: TTL_MS }),
    rounds: { ...nothingLeft, ...rounds },
    send,
    createId: randomUUID,
    patiently: createPatience({
      log: createLog({ level: 'error', clock, write: () => undefined }),
      budgetMs: 120_000,
    }),
  })

/** A bucket that is due, with so many streams that were never begun. */
const fillBucket = async ({ store, clock, ground }: SweepBench, count: number): Promise<string> => {
  await store.fileExpiry('r0', clock.now())
  clock.advance(HOUR_MS)
  let bucket = ''
  for await (const due of store.dueBuckets(clock.now())) bucket = due
  for (const index of range(1, count))
    await ground.expiry.put({ partitionKey: bucket, rowKey: `r${index}`, stream: `r${index}` })
  return bucket
}

test('the timer only enqueues due buckets; the messages do the work, a round each', async () => {
  const bench = openSweeps(storage.connectionString)
  const streams = range(0, 240).map((index) => `stream-${index}`)
  await Promise.all(streams.map((stream) => bench.store.fileExpiry(stream, bench.clock.now())))
  const queue: Sweep[] = []
  const sweeps = openQueue(bench, async (entity, { body }) => {
    expect(entity).toBe('sweeps')
    queue.push(JSON.parse(Buffer.from(body).toString('utf8')))
  })
  await sweeps.enqueue()
  expect(queue).toEqual([{ kind: 'sessions' }, { kind: 'idempotency' }, { kind: 'parts' }])
  queue.length = 0
  bench.clock.advance(HOUR_MS)
  await sweeps.enqueue()
  const buckets = queue.flatMap((sweep) => ('bucket' in sweep ? sweep.bucket : []))
  expect(buckets).toHaveLength(16)
  expect(new Set(buckets).size).toBe(16)
  for (let sweep = queue.shift(); sweep !== undefined; sweep = queue.shift()) await sweeps.run(sweep)
  expect(await bench.left()).toEqual(nothing)
})

test('a bucket of more than one round is put on the queue again until it is empty', async () => {
  const bench = openSweeps(storage.connectionString)
  const bucket = await fillBucket(bench, 151)
  let sent = 0
  const sweeps = openQueue(bench, async () => void sent++)
  await sweeps.run({ bucket })
  expect(sent).toBe(1)
  await sweeps.run({ bucket })
  expect(sent).toBe(1)
  expect(await bench.left()).toEqual(nothing)
})

test('a kind is put on the queue again, round after round, until nothing of it is left', async () => {
  const bench = openSweeps(storage.connectionString)
  const queue: Sweep[] = [{ kind: 'parts' }]
  let rounds = 0
  const send: SendSweep = async (_entity, { body }) => {
    queue.push(JSON.parse(Buffer.from(body).toString('utf8')))
  }
  const sweeps = openQueue(bench, send, { parts: async () => ++rounds === 3 })
  for (let sweep = queue.shift(); sweep !== undefined; sweep = queue.shift()) await sweeps.run(sweep)
  expect(rounds).toBe(3)
})

test('blobs of an age are removed, as many as asked', async () => {
  const folder = connectFolder({ connectionString: storage.connectionString }, 'old')
  for (const name of ['a', 'b', 'c']) await folder.write(name, Buffer.from(name))
  const aMinute = 60_000
  expect(await folder.removeOlder(new Date(Date.now() - aMinute), 2)).toBe(true)
  expect(await folder.list('')).toEqual(['a', 'b', 'c'])
  const later = new Date(Date.now() + aMinute)
  expect(await folder.removeOlder(later, 2)).toBe(false)
  expect(await folder.list('')).toEqual(['c'])
  expect(await folder.removeOlder(later, 2)).toBe(true)
  expect(await folder.list('')).toEqual([])
})

test('a sweep waits inside its handler for a storage and a bus that are away', async () => {
  const bench = openSweeps(storage.connectionString)
  const bucket = await fillBucket(bench, 150)
  const outcomes: string[] = []
  const sweeps = openQueue(bench, async () => {
    outcomes.push(outcomes.length < 2 ? 'refused' : 'sent')
    if (outcomes.at(-1) === 'refused') throw unavailable('The bus is away.')
  })
  storage.faults.add({ operation: 'table', action: 'unavailable', count: 2 })
  await sweeps.run({ bucket })
  expect(outcomes).toEqual(['refused', 'refused', 'sent'])
  await sweeps.run({ bucket })
  expect(await bench.left()).toEqual(nothing)
})

test('a sweep that is killed after any step is finished by the next one', async () => {
  let killed = true
  for (let step = 1; killed; step++) {
    const bench = openSweeps(storage.connectionString)
    const stream = randomUUID()
    await bench.write(stream, 0)
    await bench.write(stream, 1, JSON.stringify('x'.repeat(1_000_000)))
    bench.clock.advance(TTL_MS + HOUR_MS)
    const { wrap } = createMortal(step)
    const { streams, expiry, blobs } = bench.ground
    const store = createStreamStore({ streams: wrap(streams), expiry: wrap(expiry), blobs: wrap(blobs) })
    killed = await sweepAll({ ...bench, store }).then(
      () => false,
      (error: unknown) => error instanceof Killed,
    )
    await sweepAll(bench)
    expect(await bench.left(), `killed after ${step}`).toEqual(nothing)
    expect(killed || step > 8).toBe(true)
  }
})
