import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { createLobby } from '../../../shared/azure/tables/lobby-store.ts'
import { createPresenceVersion } from '../../../shared/azure/tables/presence-version.ts'
import type { Lobby } from '../../../shared/signaling/lobby.ts'
import { createManualClock } from '../../fixtures/manual-clock.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

const openLobbies = (
  suffix: string,
): { lobbies: [Lobby, Lobby]; clock: ReturnType<typeof createManualClock> } => {
  const clock = createManualClock()
  const table = connectTable({ connectionString: storage.connectionString }, `connections${suffix}`)
  return { lobbies: [createLobby({ table, clock }), createLobby({ table, clock })], clock }
}

test('a connection enters once and leaves once, wherever it is told', async () => {
  const [here, there] = openLobbies('once').lobbies
  await here.enter('a', 1000)
  await there.enter('a', 2000)
  expect(await there.has('a')).toBe(true)
  expect(await there.before(1001)).toEqual(['a'])
  expect(await there.leave('a')).toBe(true)
  expect(await here.leave('a')).toBe(false)
  expect(await here.has('a')).toBe(false)
})

test('those that came before a time are found, more than one answer of the service holds', async () => {
  const [lobby] = openLobbies('many').lobbies
  const ids = Array.from({ length: 1100 }, (_, index) => `connection/${index} ü`)
  for (let from = 0; from < ids.length; from += 100) {
    await Promise.all(ids.slice(from, from + 100).map((id, index) => lobby.enter(id, 10_000 + from + index)))
  }
  expect((await lobby.before(11_050)).toSorted()).toEqual(ids.slice(0, 1050).toSorted())
  expect(await lobby.before(10_000)).toEqual([])
  expect(await lobby.count()).toBe(1100)
})

test('the count follows what this process does at once, and the others after 5 s', async () => {
  const { lobbies, clock } = openLobbies('count')
  const [here, there] = lobbies
  await createPresenceVersion(
    connectTable({ connectionString: storage.connectionString }, 'connectionscount'),
  ).change()
  expect(await here.count()).toBe(0)
  await Promise.all(['a', 'b', 'a'].map((id) => here.enter(id, 0)))
  await there.enter('c', 0)
  expect(await here.count()).toBe(2)
  await here.leave('b')
  await here.leave('b')
  expect(await here.count()).toBe(1)
  clock.advance(5000)
  expect(await here.count()).toBe(2)
})

test('a place is taken as soon as somebody enters, and free again when that fails', async () => {
  const clock = createManualClock()
  const table = connectTable({ connectionString: storage.connectionString }, 'connectionsplaces')
  const lobby = createLobby({ table, clock })
  expect(await lobby.count()).toBe(0)
  const entering = lobby.enter('a', 0)
  expect(await lobby.count()).toBe(1)
  await entering
  expect(await lobby.count()).toBe(1)
  const down = createLobby({ table: { ...table, insert: () => Promise.reject(new Error('down')) }, clock })
  expect(await down.count()).toBe(1)
  await expect(down.enter('b', 0)).rejects.toThrow('down')
  expect(await down.count()).toBe(1)
})
