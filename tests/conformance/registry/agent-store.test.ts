import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { testAgent } from '../../fixtures/test-agent.ts'
import { openAgents } from '../../support/open-agents.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

test('an agent is read back as it was written, whatever characters its id has', async () => {
  const store = openAgents(storage.connectionString, 'ids')
  for (const id of ['plain', 'did:key:z6Mk/a#b?c', "o'neil %25", 'ü~1', 'x'.repeat(500)]) {
    const agent = testAgent(id, { a2aCapabilities: { streaming: true }, description: 'ü'.repeat(40_000) })
    expect(await store.insert(agent)).toBe(true)
    expect((await store.read(id))?.agent).toEqual(agent)
  }
})

test('an id is inserted once, and there is nothing under an unknown one', async () => {
  const store = openAgents(storage.connectionString, 'once')
  const inserted = await Promise.all([1, 2, 3].map(() => store.insert(testAgent('a'))))
  expect(inserted.toSorted()).toEqual([false, false, true])
  expect(await store.read('b')).toBeUndefined()
  expect(await store.list()).toHaveLength(1)
})

test('only who names the present version changes or removes an agent', async () => {
  const store = openAgents(storage.connectionString, 'versions')
  await store.insert(testAgent('a'))
  const version = (await store.read('a'))?.version ?? ''
  expect(await store.replace(testAgent('a', { status: 'healthy' }), version)).toBe(true)
  expect(await store.replace(testAgent('a', { status: 'unhealthy' }), version)).toBe(false)
  expect(await store.remove('a', version)).toBe(false)
  const changed = await store.read('a')
  expect(changed?.agent.status).toBe('healthy')
  expect(await store.remove('a', changed?.version ?? '')).toBe(true)
  expect(await store.read('a')).toBeUndefined()
  expect(await store.replace(testAgent('a'), changed?.version ?? '')).toBe(false)
})

test('all agents are listed, more than one answer of the service holds', async () => {
  const store = openAgents(storage.connectionString, 'many')
  const ids = Array.from({ length: 1003 }, (_, index) => `agent-${index}`)
  for (let from = 0; from < ids.length; from += 100) {
    await Promise.all(ids.slice(from, from + 100).map((id) => store.insert(testAgent(id))))
  }
  const listed = await store.list()
  expect(listed.map(({ agent }) => agent.id).toSorted()).toEqual(ids.toSorted())
})
