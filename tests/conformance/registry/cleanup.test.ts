import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { createLobby } from '../../../shared/azure/tables/lobby-store.ts'
import { createLog } from '../../../shared/kernel/log.ts'
import type { AnnounceAgents, RemovalReason } from '../../../shared/registry/announce-agents.ts'
import type { ConnectedAgents } from '../../../shared/registry/connected-agents.ts'
import { TOUCH_MS } from '../../../shared/registry/create-connected-agents.ts'
import type { Lobby } from '../../../shared/signaling/lobby.ts'
import { createCleanup } from '../../../shared/signaling/presence/create-cleanup.ts'
import { createExpireRegistration } from '../../../shared/signaling/presence/create-expire-registration.ts'
import { createLetGo } from '../../../shared/signaling/presence/create-let-go.ts'
import type { Sockets } from '../../../shared/signaling/sockets.ts'
import type { ManualClock } from '../../fixtures/manual-clock.ts'
import { createMortal, Killed } from '../../support/create-mortal.ts'
import { openConnected, openConnectedStores, registration } from '../../support/open-connected.ts'
import { recordSockets, type RecordedSockets } from '../../support/record-sockets.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

const AGENT_MS = 300_000
const CONNECTION_MS = 30_000

type Bench = Omit<RecordedSockets, 'sockets'> & {
  parts: {
    connected: ConnectedAgents
    lobby: Lobby
    sockets: Pick<Sockets, 'close'>
    announce: Pick<AnnounceAgents, 'removal'>
    clock: ManualClock
    log: ReturnType<typeof createLog>
  }
  announced: Array<[did: string, reason: RemovalReason]>
  lines: string[]
  cleanup: () => Promise<void>
}

let count = 0
const open = (): Bench => {
  const suffix = `cleanup${++count}`
  const { connected, clock } = openConnected(openConnectedStores(storage.connectionString, suffix))
  const table = connectTable({ connectionString: storage.connectionString }, `connections${suffix}`)
  const { sockets, ...recorded } = recordSockets()
  const announced: Bench['announced'] = []
  const lines: string[] = []
  const removal: AnnounceAgents['removal'] = async ({ did }, reason) => void announced.push([did, reason])
  const parts = {
    connected,
    lobby: createLobby({ table, clock }),
    sockets,
    announce: { removal },
    clock,
    log: createLog({ level: 'info', clock, write: (line) => void lines.push(line) }),
  }
  const limits = { agentTimeoutMs: AGENT_MS, connectionTimeoutMs: CONNECTION_MS }
  return { ...recorded, parts, announced, lines, cleanup: createCleanup({ ...parts, ...limits }) }
}

test('agents that fell silent are closed, removed and announced, a line each; the others stay', async () => {
  const { parts, closed, announced, lines, cleanup } = open()
  const { connected, clock } = parts
  for (const name of ['a', 'b', 'c']) await connected.register(registration(`did:key:${name}`, name))
  clock.advance(TOUCH_MS + 1)
  const alive = await connected.find('did:key:b')
  if (alive !== undefined) await connected.touch(alive)
  clock.advance(AGENT_MS - 1)
  await cleanup()
  expect(closed).toEqual([])
  clock.advance(1)
  await cleanup()
  expect(closed.toSorted()).toEqual(['a', 'c'])
  expect(announced.toSorted()).toEqual([
    ['did:key:a', 'timeout'],
    ['did:key:c', 'timeout'],
  ])
  expect(await connected.find('did:key:a')).toBeUndefined()
  expect((await connected.find('did:key:b'))?.connectionId).toBe('b')
  expect(lines.filter((line) => line.includes('An agent was let go.'))).toHaveLength(2)
})

test('an agent that comes back while the cleanup looks at it stays', async () => {
  const { parts, closed, announced } = open()
  const { connected, clock } = parts
  const { agent } = await connected.register(registration('did:key:a', 'c1'))
  clock.advance(AGENT_MS + TOUCH_MS + 1)
  const pages: ConnectedAgents['pages'] = async function* () {
    yield* connected.pages()
  }
  const remove: ConnectedAgents['remove'] = async (...given) => {
    await connected.touch(agent)
    return connected.remove(...given)
  }
  const limits = { agentTimeoutMs: AGENT_MS, connectionTimeoutMs: CONNECTION_MS }
  await createCleanup({ ...parts, ...limits, connected: { pages, remove } })()
  expect([closed, announced]).toEqual([[], []])
  expect((await connected.find('did:key:a', { fresh: true }))?.connectionId).toBe('c1')
})

test('one that cannot be closed stops no other, and is closed when the next time is over', async () => {
  const { parts, closed, announced, lines, cleanup, refuse } = open()
  const { connected, clock } = parts
  for (const name of ['a', 'b']) await connected.register(registration(`did:key:${name}`, name))
  clock.advance(AGENT_MS + TOUCH_MS + 1)
  refuse('a')
  await cleanup()
  expect([closed, announced.length]).toEqual([['b'], 2])
  expect(lines.join()).toContain('could not be closed')
  clock.advance(CONNECTION_MS + TOUCH_MS + 1)
  await cleanup()
  expect(closed).toEqual(['b', 'a'])
  expect(await parts.lobby.has('a')).toBe(false)
})

test('a failing removal is logged, and the rest is done', async () => {
  const { parts, closed, lines } = open()
  const { connected, lobby, clock } = parts
  for (const name of ['a', 'b']) await connected.register(registration(`did:key:${name}`, name))
  await lobby.enter('c', clock.now())
  clock.advance(AGENT_MS + TOUCH_MS + 1)
  const remove: ConnectedAgents['remove'] = (did, ...rest) =>
    did === 'did:key:a'
      ? Promise.reject(new Error('Table Storage does not answer.'))
      : connected.remove(did, ...rest)
  const limits = { agentTimeoutMs: AGENT_MS, connectionTimeoutMs: CONNECTION_MS }
  await createCleanup({ ...parts, ...limits, connected: { ...connected, remove } })()
  expect(closed).toEqual(['b', 'c'])
  expect(lines.filter((line) => line.includes('failed in part'))).toHaveLength(1)
})

test('connections that never registered are closed when their message was lost, later ones not yet', async () => {
  const { parts, closed, cleanup } = open()
  const { lobby, clock } = parts
  await lobby.enter('old', clock.now())
  clock.advance(1)
  await lobby.enter('new', clock.now())
  clock.advance(CONNECTION_MS + TOUCH_MS)
  await cleanup()
  expect(closed).toEqual(['old'])
  expect([await lobby.has('old'), await lobby.has('new')]).toEqual([false, true])
})

test('a connection whose time to register is over is closed once; one that registered is left alone', async () => {
  const { parts, closed, lines } = open()
  const expire = createExpireRegistration(parts)
  await parts.lobby.enter('a', 0)
  await parts.lobby.enter('b', 0)
  await parts.lobby.leave('b')
  for (const id of ['a', 'b', 'a']) await expire({ kind: 'registration', connection_id: id })
  expect(closed).toEqual(['a'])
  expect(lines.filter((line) => line.includes('did not register in time'))).toHaveLength(1)
})

test.each([1, 2, 3])('killed at step %i, a message that comes again ends the connection', async (at) => {
  const { parts, closed } = open()
  const { lobby, sockets } = parts
  await lobby.enter('a', 0)
  const mortal = createMortal(at)
  const dying = { ...parts, lobby: mortal.wrap(lobby), sockets: mortal.wrap(sockets) }
  const timeout = { kind: 'registration', connection_id: 'a' } as const
  await expect(createExpireRegistration(dying)(timeout)).rejects.toThrow(Killed)
  await createExpireRegistration(parts)(timeout)
  expect(new Set(closed)).toEqual(new Set(['a']))
  expect(await lobby.has('a')).toBe(false)
})

test('an operator lets an agent go; its connection of before it cannot', async () => {
  const { parts, closed, announced } = open()
  const { agent: old } = await parts.connected.register(registration('did:key:a', 'c1'))
  const { agent } = await parts.connected.register(registration('did:key:a', 'c2'))
  const letGo = createLetGo(parts)
  const why = { reason: 'removed', words: 'An operator has removed the agent.' } as const
  await letGo(old, why)
  expect(closed).toEqual([])
  await letGo(agent, why)
  expect(closed).toEqual(['c2'])
  expect(announced).toEqual([['did:key:a', 'removed']])
})
