import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import {
  MAX_PUSH_CONFIGS,
  type PushConfigStore,
  type StoredPushConfig,
} from '../../../shared/a2a/push/push-config-store.ts'
import { createPushConfigStore } from '../../../shared/azure/tables/push-config-store.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'

let storage: RunningStorage
let store: PushConfigStore

beforeAll(async () => {
  storage = await startStorage({})
  store = createPushConfigStore(connectTable({ connectionString: storage.connectionString }, 'notifications'))
})
afterAll(() => storage.stop())

const task = () => ({ agentId: 'agent/é', stream: randomUUID() })
const config = (id: string, createdAt = 1): StoredPushConfig => ({
  id,
  owner: 'somebody #1',
  version: '1.0',
  createdAt,
  sealed: 'x'.repeat(100_000),
})

test('a config is kept whole, under any id, and replaced by its id', async () => {
  const of = task()
  for (const id of ['', 'a/b?c#d', 'ü', 'x'.repeat(256)]) {
    await store.put(of, config(id))
    expect(await store.get(of, id)).toEqual(config(id))
  }
  await store.put(of, { ...config('ü'), sealed: 'new', version: '0.3' })
  expect(await store.get(of, 'ü')).toEqual({ ...config('ü'), sealed: 'new', version: '0.3' })
  expect(await store.list(of)).toHaveLength(4)
})

test('configs are listed in order of creation, those of one task at one agent only', async () => {
  const of = task()
  expect(await store.list(of)).toEqual([])
  const ids = Array.from({ length: MAX_PUSH_CONFIGS }, (_, index) => `c${index}`)
  await Promise.all(ids.map((id, index) => store.put(of, { ...config(id, index), sealed: 's' })))
  await store.put(task(), config('foreign'))
  expect((await store.list(of)).map(({ id }) => id)).toEqual(ids)
})

test('a removed config is gone, once', async () => {
  const of = task()
  await store.put(of, config('a'))
  expect([await store.remove(of, 'a'), await store.remove(of, 'a')]).toEqual([true, false])
  expect(await store.get(of, 'a')).toBeUndefined()
})

test('a config is there for the agent of its task alone', async () => {
  const of = task()
  await store.put(of, config('a'))
  const other = { ...of, agentId: 'other' }
  expect([await store.get(other, 'a'), await store.list(other)]).toEqual([undefined, []])
})

test('with a stream go all its configs, and no others', async () => {
  const [of, kept] = [task(), task()]
  for (const id of ['', 'a', 'b']) await store.put(of, { ...config(id), sealed: 's' })
  await store.put(kept, config('a'))
  await store.removeAll(of.stream)
  await store.removeAll(of.stream)
  expect([await store.list(of), await store.list(kept)]).toEqual([[], [config('a')]])
})
