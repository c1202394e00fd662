import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { Agent } from '../../../shared/registry/agent.ts'
import type { AgentStore } from '../../../shared/registry/agent-store.ts'
import { testAgent } from '../../fixtures/test-agent.ts'
import { openAgents } from '../../support/open-agents.ts'
import { CACHE_MS, openRegistry, openSealing } from '../../support/open-registry.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

let count = 0
const openStore = (): AgentStore => openAgents(storage.connectionString, `registry${++count}`)

const ofFile = (id: string, members: Partial<Agent> = {}): Agent =>
  testAgent(id, { origin: 'file', ...members })

const idsOf = async (store: AgentStore): Promise<string[]> =>
  (await store.list()).map(({ agent }) => agent.id).toSorted()

const versionsOf = async (store: AgentStore): Promise<string[]> =>
  (await store.list()).map(({ version }) => version).toSorted()

test('the agents of the files are there at first use; secrets are stored sealed', async () => {
  const store = openStore()
  const auth = { type: 'bearer' as const, token: 'secret-of-a' }
  const { registry } = openRegistry(store, [ofFile('a', { auth }), ofFile('b')])
  expect(await registry.getAgent('b')).toEqual(ofFile('b'))
  const stored = (await store.read('a'))?.agent.auth
  expect(JSON.stringify(stored)).not.toContain('secret-of-a')
  expect(stored?.type === 'bearer' && openSealing().open(stored.token, 'agent:a')).toBe('secret-of-a')
})

test('what the files still say is not written again, by this instance or another', async () => {
  const store = openStore()
  const agents = [ofFile('a', { auth: { type: 'bearer', token: 'x' } }), ofFile('b')]
  const { registry } = openRegistry(store, agents)
  await registry.refresh()
  const before = await versionsOf(store)
  await registry.refresh()
  await openRegistry(store, agents).registry.refresh()
  expect(await versionsOf(store)).toEqual(before)
})

test('instances that start at the same time load the same files once each', async () => {
  const store = openStore()
  const agents = Array.from({ length: 5 }, (_, index) => ofFile(`a${index}`))
  await Promise.all([1, 2, 3].map(() => openRegistry(store, agents).registry.refresh()))
  expect(await idsOf(store)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4'])
})

test('at a refresh changed rows are written, rows gone from the files go, run-time rows and states stay', async () => {
  const store = openStore()
  const bench = openRegistry(store, [ofFile('a'), ofFile('b'), ofFile('c')])
  await bench.registry.put(testAgent('run'))
  await bench.registry.setStatus('a', 'healthy')
  bench.write({ agents: [ofFile('a', { group: 'other' }), ofFile('c')] })
  expect(await bench.registry.refresh()).toEqual({ agents: 3, problems: [] })
  expect(await idsOf(store)).toEqual(['a', 'c', 'run'])
  expect(await bench.registry.getAgent('a')).toMatchObject({ group: 'other', status: 'healthy' })
})

test('of an agent that another deployment hosts from now on nothing is known, whoever says so', async () => {
  const { registry, write } = openRegistry(openStore(), [ofFile('a')])
  await registry.put(testAgent('run'))
  for (const id of ['a', 'run']) await registry.setStatus(id, 'healthy')
  write({ agents: [ofFile('a', { proxyId: 'there' })] })
  await registry.refresh()
  await registry.put(testAgent('run', { proxyId: 'there' }))
  for (const id of ['a', 'run']) {
    expect(await registry.getAgent(id)).toMatchObject({ proxyId: 'there', status: 'unknown' })
    expect(await registry.getAgent(id)).not.toHaveProperty('statusSince')
  }
})

test('a file that cannot be read removes nothing', async () => {
  const store = openStore()
  const bench = openRegistry(store, [ofFile('a')])
  await bench.registry.refresh()
  const problem = { setting: 'agent-registry.yaml', message: 'line 3', remedy: 'Correct it.' }
  bench.write({ agents: undefined, problems: [problem] })
  expect(await bench.registry.refresh()).toEqual({ agents: 1, problems: [problem] })
  expect(await idsOf(store)).toEqual(['a'])
})

test('a secret sealed with a key that is gone is sealed anew', async () => {
  const store = openStore()
  const agents = [ofFile('a', { auth: { type: 'bearer', token: 'x' } })]
  await openRegistry(store, agents, { sealing: openSealing('old') }).registry.refresh()
  await openRegistry(store, agents, { sealing: openSealing('new') }).registry.refresh()
  const auth = (await store.read('a'))?.agent.auth
  expect(auth?.type === 'bearer' && openSealing('new').open(auth.token, 'agent:a')).toBe('x')
})

test('an agent whose secrets cannot be sealed is left out, and the problem says so', async () => {
  const store = openStore()
  const seal = (): string => {
    throw new Error('AGENT_GATEWAY_SECRET_KEY is not set.')
  }
  const agents = [ofFile('a', { auth: { type: 'bearer', token: 'x' } }), ofFile('b')]
  const { registry } = openRegistry(store, agents, { sealing: { ...openSealing(), seal } })
  const { problems } = await registry.refresh()
  expect(problems).toMatchObject([{ setting: 'a', message: expect.stringContaining('SECRET_KEY') }])
  expect(await idsOf(store)).toEqual(['b'])
})

test('an id belongs to the file or to the admin API, whichever had it first', async () => {
  const store = openStore()
  const bench = openRegistry(store, [ofFile('a')])
  await expect(bench.registry.put(testAgent('a'))).rejects.toMatchObject({ status: 409 })
  await expect(bench.registry.remove('a')).rejects.toMatchObject({ status: 409 })
  await bench.registry.put(testAgent('b'))
  bench.write({ agents: [ofFile('a'), ofFile('b')] })
  const { problems } = await bench.registry.refresh()
  expect(problems).toMatchObject([{ setting: 'b', remedy: expect.stringContaining('DELETE') }])
  expect(bench.registry.problems()).toEqual(problems)
  expect((await bench.registry.getAgent('b'))?.origin).toBe('runtime')
})

test('a run-time agent is added, replaced with its state kept, and removed', async () => {
  const { registry } = openRegistry(openStore())
  expect(await registry.put(testAgent('a'))).toBe('added')
  await registry.setStatus('a', 'unreachable')
  expect(await registry.put(testAgent('a', { group: 'other' }))).toBe('replaced')
  expect(await registry.getAgent('a')).toMatchObject({ group: 'other', status: 'unreachable' })
  expect(await registry.remove('a')).toBe(true)
  expect(await registry.remove('a')).toBe(false)
  expect(await registry.getAgent('a')).toBeUndefined()
})

test('a status is written when it changes, with the time', async () => {
  const store = openStore()
  const { registry, clock } = openRegistry(store)
  await registry.put(testAgent('a'))
  await registry.setStatus('a', 'healthy')
  const since = new Date(clock.now()).toISOString()
  clock.advance(1000)
  await registry.setStatus('a', 'healthy')
  expect(await registry.getAgent('a')).toMatchObject({ status: 'healthy', statusSince: since })
  await registry.setStatus('nobody', 'healthy')
  expect(await idsOf(store)).toEqual(['a'])
})

test('a new agent is found on every instance at once, a change after the time of the cache', async () => {
  const store = openStore()
  const [here, there] = [openRegistry(store), openRegistry(store)]
  expect(await there.registry.getAgent('a')).toBeUndefined()
  await here.registry.put(testAgent('a'))
  expect(await there.registry.getAgent('a')).toBeDefined()
  there.clock.advance(CACHE_MS)
  expect((await there.registry.getAgentsByGroup('test')).map(({ id }) => id)).toEqual(['a'])
  await here.registry.setStatus('a', 'healthy')
  expect((await there.registry.getAgent('a'))?.status).toBe('unknown')
  there.clock.advance(CACHE_MS)
  expect((await there.registry.getAgent('a'))?.status).toBe('healthy')
})

test('reads within the time of the cache cost no storage operation', async () => {
  const { registry } = openRegistry(openStore(), [ofFile('a')])
  await registry.getAgent('a')
  storage.meter.reset()
  await registry.getAgent('a')
  await registry.list({}, { limit: 10 })
  expect(storage.meter.read().total).toBe(0)
})

test('a start without storage is a 503, and the next use tries again', async () => {
  const store = openStore()
  let isDown = true
  const list: AgentStore['list'] = () =>
    isDown ? Promise.reject(new Error('Table Storage does not answer.')) : store.list()
  const { registry } = openRegistry({ ...store, list }, [ofFile('a')])
  await expect(registry.getAgent('a')).rejects.toThrow('Table Storage does not answer.')
  isDown = false
  expect((await registry.getAgent('a'))?.id).toBe('a')
})

test('concurrent changes of one agent all count', async () => {
  const store = openStore()
  const benches = [1, 2, 3].map(() => openRegistry(store))
  const done = await Promise.all(benches.map(({ registry }) => registry.put(testAgent('a'))))
  expect(done.toSorted()).toEqual(['added', 'replaced', 'replaced'])
})
