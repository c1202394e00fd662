import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../../shared/registry/connected-agents.ts'
import { TOUCH_MS } from '../../../shared/registry/create-connected-agents.ts'
import { createManualClock } from '../../fixtures/manual-clock.ts'
import { createMortal, Killed } from '../../support/create-mortal.ts'
import {
  type ConnectedStores,
  openConnected,
  openConnectedStores,
  PRESENCE_MS,
  registration,
} from '../../support/open-connected.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

let count = 0
const openStores = (): ConnectedStores => openConnectedStores(storage.connectionString, `connected${++count}`)

const DID = 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z'

const all = async (connected: Pick<ConnectedAgents, 'pages'>): Promise<ConnectedAgent[]> => {
  const agents: ConnectedAgent[] = []
  for await (const page of connected.pages()) agents.push(...page)
  return agents
}

test('a registered agent is found with what it said, by this process and by others', async () => {
  const stores = openStores()
  const { connected, clock } = openConnected(stores)
  const said = { ...registration(DID, 'c1'), name: 'Ada', description: 'ü', card: '{"name":"Ada"}' }
  const { agent, before } = await connected.register(said)
  const at = new Date(clock.now()).toISOString()
  expect(before).toBeUndefined()
  expect(agent).toMatchObject({ ...said, id: DID, reach: 'socket', status: 'healthy', connectedAt: at })
  expect(await connected.find(DID)).toEqual(agent)
  expect(await openConnected(stores).connected.find(DID)).toEqual(agent)
  expect(await connected.find('did:key:zNobody')).toBeUndefined()
})

test('the same connection again is the same registration, another one replaces it and is told which', async () => {
  const { connected, clock } = openConnected(openStores())
  const said = { ...registration(DID, 'c1'), card: '{}' }
  const first = await connected.register(said)
  clock.advance(5)
  expect(await connected.register(said)).toEqual(first)
  const second = await connected.register(registration(DID, 'c2'))
  expect(second.agent.generation).toBeGreaterThan(first.agent.generation)
  expect(second.before).toMatchObject({ connectionId: 'c1', generation: first.agent.generation })
  expect(await connected.register(registration(DID, 'c2'))).toEqual(second)
  expect(await connected.find(DID)).toEqual(second.agent)
})

test('what the same connection says anew counts from then on, in every process', async () => {
  const stores = openStores()
  const { connected, clock } = openConnected(stores)
  const first = await connected.register({ ...registration(DID, 'c1'), card: '{}' })
  clock.advance(5)
  const said = { ...registration(DID, 'c1'), capabilities: ['paint'], name: 'Ada' }
  const { agent } = await connected.register(said)
  expect(agent).toMatchObject({ ...said, connectedAt: first.agent.connectedAt })
  expect(agent).not.toHaveProperty('card')
  expect(agent.generation).toBeGreaterThan(first.agent.generation)
  expect(await connected.find(DID)).toEqual(agent)
  expect(await openConnected(stores).connected.find(DID)).toEqual(agent)
  expect(await connected.count()).toBe(1)
})

test('a generation grows, also where the clock of another process is behind', async () => {
  const stores = openStores()
  const ahead = await openConnected(stores).connected.register(registration(DID, 'c1'))
  const behind = openConnected(stores, createManualClock(Date.UTC(2020, 0, 1)))
  const { agent } = await behind.connected.register(registration(DID, 'c2'))
  expect(agent.generation).toBe(ahead.agent.generation + 1)
})

test('only its present connection removes an agent', async () => {
  const { connected } = openConnected(openStores())
  await connected.register(registration(DID, 'c1'))
  const { agent } = await connected.register(registration(DID, 'c2'))
  expect(await connected.remove(DID, 'c1')).toBeUndefined()
  expect(await connected.find(DID)).toEqual(agent)
  expect(await connected.remove(DID, 'c2')).toEqual(agent)
  expect(await connected.remove(DID, 'c2')).toBeUndefined()
  expect(await connected.find(DID)).toBeUndefined()
})

test('an agent that gave a sign of life meanwhile is not removed for its silence', async () => {
  const { connected, clock } = openConnected(openStores())
  const { agent } = await connected.register(registration(DID, 'c1'))
  clock.advance(TOUCH_MS)
  await connected.touch(agent)
  expect(await connected.remove(DID, 'c1', agent)).toBeUndefined()
  const touched = await connected.find(DID)
  expect(touched?.lastActivity).toBe(new Date(clock.now()).toISOString())
  expect(await connected.remove(DID, 'c1', touched)).toEqual(touched)
})

test('of processes that register an agent at once each one ends, and the latest generation stays', async () => {
  const stores = openStores()
  const connections = Array.from({ length: 8 }, (_, index) => `c${index}`)
  const done = await Promise.all(
    connections.map((id) => openConnected(stores).connected.register(registration(DID, id))),
  )
  const latest = done.map(({ agent }) => agent).toSorted((a, b) => b.generation - a.generation)[0]
  expect(new Set(done.map(({ agent }) => agent.generation)).size).toBe(8)
  expect(await all(stores.store)).toEqual([latest])
  // Every one but the first names the one that it replaced, so that each of them is closed.
  const replaced = done.flatMap(({ before }) => before?.connectionId ?? [])
  expect([...replaced, latest?.connectionId].toSorted()).toEqual(connections)
})

test.each([1, 2, 3])(
  'killed at storage operation %i, a registration that is repeated is whole',
  async (at) => {
    const stores = openStores()
    const other = openConnected(stores)
    await other.connected.register(registration(DID, 'c1'))
    await other.connected.find(DID)
    const mortal = createMortal(at)
    const dying = { store: mortal.wrap(stores.store), version: mortal.wrap(stores.version) }
    await expect(openConnected(dying).connected.register(registration(DID, 'c2'))).rejects.toThrow(Killed)
    const { agent, before } = await openConnected(stores).connected.register(registration(DID, 'c2'))
    expect(before?.connectionId).toBe('c1')
    other.clock.advance(PRESENCE_MS)
    expect(await other.connected.find(DID)).toEqual(agent)
    expect(await all(stores.store)).toEqual([agent])
  },
)

test.each([1, 2, 3])('killed at storage operation %i, a removal that is repeated is whole', async (at) => {
  const stores = openStores()
  const other = openConnected(stores)
  await other.connected.register(registration(DID, 'c1'))
  await other.connected.find(DID)
  const mortal = createMortal(at)
  const dying = { store: mortal.wrap(stores.store), version: mortal.wrap(stores.version) }
  await expect(openConnected(dying).connected.remove(DID, 'c1')).rejects.toThrow(Killed)
  await openConnected(stores).connected.remove(DID, 'c1')
  other.clock.advance(PRESENCE_MS)
  expect(await other.connected.find(DID)).toBeUndefined()
})

test('a change of another process is seen after the time of the cache, at once when asked afresh', async () => {
  const stores = openStores()
  const [here, there] = [openConnected(stores), openConnected(stores)]
  expect(await there.connected.find(DID)).toBeUndefined()
  const { agent } = await here.connected.register(registration(DID, 'c1'))
  expect(await there.connected.find(DID)).toBeUndefined()
  expect(await there.connected.find(DID, { fresh: true })).toEqual(agent)
  await here.connected.remove(DID, 'c1')
  expect(await there.connected.find(DID)).toEqual(agent)
  there.clock.advance(PRESENCE_MS)
  expect(await there.connected.find(DID)).toBeUndefined()
})

test('what a process left untold is found out within a minute', async () => {
  const stores = openStores()
  const { connected, clock } = openConnected(stores)
  expect(await connected.find(DID)).toBeUndefined()
  const silent = { ...stores, version: { ...stores.version, change: () => Promise.reject(new Killed()) } }
  await expect(openConnected(silent).connected.register(registration(DID, 'c1'))).rejects.toThrow(Killed)
  clock.advance(PRESENCE_MS)
  expect(await connected.find(DID)).toBeUndefined()
  clock.advance(60_000)
  expect((await connected.find(DID))?.connectionId).toBe('c1')
})

test('100 agents that are asked for all the time cost about one storage operation a second', async () => {
  const { connected, clock } = openConnected(openStores())
  const dids = Array.from({ length: 100 }, (_, index) => `did:key:z${index}`)
  const agents = await Promise.all(dids.map((did) => connected.register(registration(did))))
  const ask = (): Promise<unknown> =>
    Promise.all([...dids, 'did:key:zNobody'].flatMap((did) => [connected.find(did), connected.find(did)]))
  clock.advance(PRESENCE_MS)
  await ask()
  await ask()
  storage.meter.reset()
  for (let tenth = 0; tenth < 200; tenth++) {
    clock.advance(100)
    await ask()
    await Promise.all(agents.map(({ agent }) => connected.touch(agent)))
  }
  const { total } = storage.meter.read()
  expect(total).toBeGreaterThanOrEqual(20)
  expect(total).toBeLessThanOrEqual(27)
})

test('activity is written at most every 30 s, and by one process when there are more', async () => {
  const stores = openStores()
  const clock = createManualClock()
  const [here, there] = [openConnected(stores, clock), openConnected(stores, clock)]
  const { agent } = await here.connected.register(registration(DID, 'c1'))
  await there.connected.find(DID)
  clock.advance(TOUCH_MS - 1)
  await here.connected.touch(agent)
  expect((await stores.store.read(DID))?.agent.lastActivity).toBe(agent.lastActivity)
  clock.advance(1)
  await Promise.all([here.connected.touch(agent), here.connected.touch(agent)])
  const written = await stores.store.read(DID)
  expect(written?.agent).toEqual({ ...agent, lastActivity: new Date(clock.now()).toISOString() })
  clock.advance(1000)
  await there.connected.touch(agent)
  await there.connected.touch(agent)
  expect(await stores.store.read(DID)).toEqual(written)
})

test('a sign of life brings back no agent that was removed, nor changes one that registered anew', async () => {
  const stores = openStores()
  const [here, there] = [openConnected(stores), openConnected(stores)]
  const { agent } = await here.connected.register(registration(DID, 'c1'))
  await there.connected.find(DID)
  await here.connected.remove(DID, 'c1')
  there.clock.advance(TOUCH_MS)
  // Between two readings of the version the other process believes it to be there.
  await there.connected.touch(agent)
  expect(await stores.store.read(DID)).toBeUndefined()
  expect(await stores.store.touch(DID, agent.lastActivity, '*')).toBeUndefined()
  await here.connected.register(registration(DID, 'c2'))
  const anew = await stores.store.read(DID)
  await there.connected.touch(agent)
  expect(await stores.store.read(DID)).toEqual(anew)
})

test('activity that cannot be written is logged, and the caller goes on', async () => {
  const stores = openStores()
  const touch = (): Promise<never> => Promise.reject(new Error('Table Storage does not answer.'))
  const { connected, clock, lines } = openConnected({ ...stores, store: { ...stores.store, touch } })
  const { agent } = await connected.register(registration(DID, 'c1'))
  clock.advance(TOUCH_MS)
  await connected.touch(agent)
  expect(lines.join()).toContain('The activity of an agent could not be written.')
})

test('an outage is told to who asks, and not remembered', async () => {
  const stores = openStores()
  let isDown = false
  const read: ConnectedStores['store']['read'] = (did) =>
    isDown ? Promise.reject(new Error('Table Storage does not answer.')) : stores.store.read(did)
  const { connected } = openConnected({ ...stores, store: { ...stores.store, read } })
  const { agent } = await connected.register(registration(DID, 'c1'))
  isDown = true
  await expect(connected.find(DID)).rejects.toThrow('does not answer')
  isDown = false
  expect(await connected.find(DID)).toEqual(agent)
})

test('more agents than one answer of the service holds are paged and counted', async () => {
  const stores = openStores()
  const { connected, clock } = openConnected(stores)
  const dids = Array.from({ length: 1003 }, (_, index) => `did:web:example.com:${index}`)
  expect(await connected.count()).toBe(0)
  for (let from = 0; from < dids.length; from += 100) {
    await Promise.all(dids.slice(from, from + 100).map((did) => connected.register(registration(did))))
  }
  expect((await all(connected)).map(({ did }) => did).toSorted()).toEqual(dids.toSorted())
  expect(await connected.count()).toBe(1003)
  const other = openConnected(stores)
  expect(await other.connected.count()).toBe(1003)
  await connected.remove('did:web:example.com:7', registration('did:web:example.com:7').connectionId)
  expect(await connected.count()).toBe(1002)
  clock.advance(5000)
  expect(await connected.count()).toBe(1002)
  expect(await other.connected.count()).toBe(1003)
})
