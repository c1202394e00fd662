import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { type AdminAgents, createAdminAgents } from '../../../shared/registry/admin-agents.ts'
import type { ConnectedAgent } from '../../../shared/registry/connected-agents.ts'
import { testAgent } from '../../fixtures/test-agent.ts'
import { openAgents } from '../../support/open-agents.ts'
import {
  type ConnectedBench,
  openConnected,
  openConnectedStores,
  registration,
} from '../../support/open-connected.ts'
import { openRegistry, openSealing, type RegistryBench } from '../../support/open-registry.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

let count = 0
/** The registry as a process has it: both kinds of agents in the same tables. */
const open = (): RegistryBench & ConnectedBench & { admin: AdminAgents; disconnected: string[] } => {
  const suffix = `both${++count}`
  const bench = openConnected(openConnectedStores(storage.connectionString, suffix))
  const { connected } = bench
  const opened = openRegistry(openAgents(storage.connectionString, suffix), [], { connected })
  const disconnected: string[] = []
  const disconnect = async ({ did, connectionId }: ConnectedAgent): Promise<void> => {
    disconnected.push(connectionId)
    await connected.remove(did, connectionId)
  }
  const { registry } = opened
  const options = { registry, connected, disconnect, sealing: openSealing(), proxyId: 'here' }
  return { ...bench, ...opened, admin: createAdminAgents(options), disconnected }
}

const DIDS = ['did:key:a', 'did:key:b', 'did:web:c.example']

const openFilled = async (): Promise<ReturnType<typeof open>> => {
  const bench = open()
  for (const id of ['apple', 'zebra']) await bench.registry.put(testAgent(id))
  for (const did of DIDS) await bench.connected.register(registration(did))
  return bench
}

test('connected agents are found by their DID beside the others, and gone when they are', async () => {
  const { registry, connected } = await openFilled()
  expect(await registry.getAgent('did:key:a')).toMatchObject({ reach: 'socket', did: 'did:key:a' })
  expect(await registry.getAgent('apple')).toMatchObject({ reach: 'a2a' })
  await connected.remove('did:key:a', registration('did:key:a').connectionId)
  expect(await registry.getAgent('did:key:a')).toBeUndefined()
})

test('both kinds are listed in one order, page by page', async () => {
  const { registry } = await openFilled()
  const ids: string[] = []
  for (let after: string | undefined; ;) {
    const { agents, next } = await registry.list({}, { after, limit: 2 })
    ids.push(...agents.map(({ id }) => id))
    if (next === undefined) break
    after = next
  }
  expect(ids).toEqual(['apple', ...DIDS, 'zebra'])
})

test.each([
  [{ reach: 'socket' }, DIDS],
  [{ reach: 'a2a' }, ['apple', 'zebra']],
  [{ group: 'test' }, ['apple', 'zebra']],
  [{ capability: 'a2a' }, DIDS],
  [{ status: 'healthy' }, DIDS],
] as const)('the filter %j finds %j', async (filter, ids) => {
  const { registry } = await openFilled()
  const { agents } = await registry.list(filter, { limit: 10 })
  expect(agents.map(({ id }) => id)).toEqual(ids)
})

test('who asks for others does not load the connected ones', async () => {
  const { registry } = await openFilled()
  await registry.list({}, { limit: 1 })
  storage.meter.reset()
  await registry.list({ reach: 'a2a' }, { limit: 10 })
  await registry.list({ group: 'test' }, { limit: 10 })
  expect((await registry.getAgentsByGroup('test')).map(({ id }) => id)).toEqual(['apple', 'zebra'])
  expect(storage.meter.read().total).toBe(0)
  await registry.list({ reach: 'socket' }, { limit: 10 })
  expect(storage.meter.read().total).toBe(1)
})

test('a refresh neither counts nor removes connected agents, and nothing else changes them', async () => {
  const { registry, connected } = await openFilled()
  const before = await connected.find('did:key:a')
  expect(await registry.refresh()).toEqual({ agents: 2, problems: [] })
  expect(await registry.remove('did:key:a')).toBe(false)
  await registry.setStatus('did:key:a', 'unhealthy')
  expect(await connected.find('did:key:a', { fresh: true })).toEqual(before)
})

test('an operator sees a connected agent, and removes it with its connection', async () => {
  const { admin, disconnected } = await openFilled()
  expect(await admin.show('did:key:a')).toMatchObject({ reach: 'socket', auth: { type: 'none' } })
  await admin.remove('did:key:a')
  expect(disconnected).toEqual(['connection-of-did:key:a'])
  await expect(admin.remove('did:key:a')).rejects.toMatchObject({ status: 404 })
  await expect(admin.show('did:key:a')).rejects.toMatchObject({ status: 404 })
  await admin.remove('apple')
  await expect(admin.show('apple')).rejects.toMatchObject({ status: 404 })
})
