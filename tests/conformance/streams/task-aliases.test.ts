import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createStreamStore } from '../../../shared/azure/tables/stream-store.ts'
import { createTaskAliasStore } from '../../../shared/azure/tables/task-alias-store.ts'
import { createAppend } from '../../../shared/streams/append.ts'
import type { TaskName } from '../../../shared/streams/stream-state.ts'
import type { TaskAliases } from '../../../shared/streams/task-aliases.ts'
import { createMortal, Killed } from '../../support/create-mortal.ts'
import { HOUR_MS, openSweeps, type SweepBench, sweepAll, TTL_MS } from '../../support/open-sweeps.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

const nothing = { rows: 0, filed: 0, blobs: [] }

const open = (): SweepBench & { aliases(): TaskAliases } => {
  const bench = openSweeps(storage.connectionString)
  return { ...bench, aliases: () => createTaskAliasStore(bench.ground.streams) }
}

/** A stream that is the log of a task, known by the id that its agent gave it. */
const begin = async (bench: ReturnType<typeof open>, alias: TaskName, owner = 'ann'): Promise<string> => {
  const stream = randomUUID()
  await bench.aliases().create({ ...alias, owner, stream })
  const append = createAppend({ store: bench.store, clock: bench.clock, ttlMs: TTL_MS })
  await append({ stream, body: '0', producer: { id: 'a', index: 0 }, alias })
  await append({ stream, body: '1', producer: { id: 'a', index: 1 }, alias })
  return stream
}

test('the first who names a task is whose it is, in every process', async () => {
  const { aliases } = open()
  const first = { agentId: 'a', taskId: 't', owner: 'ann', stream: 's1' }
  const [here, there] = [aliases(), aliases()]
  expect(await here.get('a', 't')).toBeUndefined()
  expect(await here.create(first)).toEqual(first)
  for (const store of [here, there, here]) {
    expect(await store.create({ ...first, owner: 'bob', stream: 's2' })).toEqual(first)
    expect(await store.get('a', 't')).toEqual(first)
  }
})

test('what is known is not asked for again', async () => {
  const { aliases } = open()
  const store = aliases()
  await store.create({ agentId: 'a', taskId: 't', owner: 'ann', stream: 's1' })
  storage.meter.reset()
  await store.get('a', 't')
  await store.create({ agentId: 'a', taskId: 't', owner: 'bob', stream: 's2' })
  expect(storage.meter.read().total).toBe(0)
})

test('a task id is found with all agents that gave it, by one query, and no other', async () => {
  const { aliases } = open()
  const store = aliases()
  const tasks = [
    ['a', 't'],
    ['b', 't'],
    ['a', 't2'],
    ['a/t', '!t'],
    ['a', ''],
  ] as const
  for (const [agentId, taskId] of tasks)
    await store.create({ agentId, taskId, owner: 'ann', stream: `${agentId} ${taskId}` })
  storage.meter.reset()
  expect((await store.find('t')).map(({ stream }) => stream).toSorted()).toEqual(['a t', 'b t'])
  expect(storage.meter.read().total).toBe(1)
  expect(await store.find('T')).toEqual([])
})

test.each(['a/b', '*', 'zażółć 🐙', "o'brien", '50%25', '#?\\', '..', '€'.repeat(500)])(
  'names of any kind are kept apart and come back as they were: %s',
  async (name) => {
    const { aliases } = open()
    const alias = { agentId: name, taskId: name, owner: name, stream: name }
    await aliases().create(alias)
    await aliases().create({ ...alias, agentId: `${name}.` })
    expect(await aliases().get(name, name)).toEqual(alias)
    expect(await aliases().find(name)).toHaveLength(2)
  },
)

test('the name of a task goes with its stream', async () => {
  const bench = open()
  await begin(bench, { agentId: 'a', taskId: 't' })
  await begin(bench, { agentId: 'b', taskId: 't' })
  bench.clock.advance(TTL_MS + HOUR_MS)
  const kept = await begin(bench, { agentId: 'c', taskId: 't' })
  await sweepAll(bench)
  expect(await bench.aliases().find('t')).toEqual([{ agentId: 'c', taskId: 't', owner: 'ann', stream: kept }])
  bench.clock.advance(TTL_MS + HOUR_MS)
  await sweepAll(bench)
  expect(await bench.left()).toEqual(nothing)
})

test('the name of a task stays with the stream that has it, whatever other streams say of it', async () => {
  const bench = open()
  const task = { agentId: 'a', taskId: 't' }
  await begin(bench, task)
  bench.clock.advance(HOUR_MS)
  const append = createAppend({ store: bench.store, clock: bench.clock, ttlMs: TTL_MS })
  await append({ stream: 'follow-up', body: '0', alias: task })
  bench.clock.advance(TTL_MS)
  await sweepAll(bench)
  expect(await bench.aliases().find('t')).toEqual([])
  const anew = await begin(bench, task, 'bob')
  bench.clock.advance(HOUR_MS)
  await sweepAll(bench)
  expect((await bench.store.read('follow-up'))?.value).toBeUndefined()
  expect(await bench.aliases().get('a', 't')).toEqual({ ...task, owner: 'bob', stream: anew })
})

test('a sweep that is killed after any step leaves no name behind', async () => {
  let killed = true
  let step = 1
  for (; killed; step++) {
    const bench = open()
    await begin(bench, { agentId: 'a', taskId: 't' })
    bench.clock.advance(TTL_MS + HOUR_MS)
    const { wrap } = createMortal(step)
    const { streams, expiry, blobs } = bench.ground
    const store = createStreamStore({ streams: wrap(streams), expiry: wrap(expiry), blobs })
    killed = await sweepAll({ ...bench, store }).then(
      () => false,
      (error: unknown) => error instanceof Killed,
    )
    await sweepAll(bench)
    expect(await bench.left(), `killed after ${step}`).toEqual(nothing)
  }
  expect(step).toBeGreaterThan(8)
})
