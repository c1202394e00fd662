import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { createLobby } from '../../../shared/azure/tables/lobby-store.ts'
import { createLog } from '../../../shared/kernel/log.ts'
import type { HubEvent, HubReply } from '../../../shared/signaling/hub-event.ts'
import type { Lobby } from '../../../shared/signaling/lobby.ts'
import { createHandleConnect } from '../../../shared/signaling/receive/handle-connect.ts'
import { createManualClock } from '../../fixtures/manual-clock.ts'
import { createMortal, Killed, type Mortal } from '../../support/create-mortal.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

const MAX_CONNECTIONS = 5

type Connect = (
  connectionId: string,
  more?: Partial<Extract<HubEvent, { kind: 'connect' }>>,
) => Promise<HubReply>
type Bench = { lobby: Lobby; expected: string[]; start: (mortal?: Mortal) => Connect }

let count = 0
const open = (): Bench => {
  const clock = createManualClock()
  const log = createLog({ level: 'error', clock, write: () => undefined })
  const table = connectTable({ connectionString: storage.connectionString }, `connections${++count}`)
  const lobby = createLobby({ table, clock })
  const expected: string[] = []
  const expecting = { expectRegistration: async (id: string) => void expected.push(id) }
  const isFull = async (): Promise<boolean> => (await lobby.count()) >= MAX_CONNECTIONS
  const start = ({ wrap }: Mortal = { wrap: (target) => target }): Connect => {
    const parts = { lobby: wrap(lobby), ...wrap(expecting), isFull, isNonce: () => false, clock, log }
    const handle = createHandleConnect(parts)
    const event = { kind: 'connect', eventId: 'e', query: {}, subprotocols: ['ioap.v1'] } as const
    return (connectionId, more) => handle({ ...event, connectionId, ...more })
  }
  return { lobby, expected, start }
}

test.each([1, 2])('killed at step %i and told again, a connection waits for its REGISTER', async (step) => {
  const { lobby, expected, start } = open()
  await expect(start(createMortal(step))('a')).rejects.toThrow(Killed)
  expect(await start()('a')).toEqual({ kind: 'accepted', subprotocol: 'ioap.v1', state: { v: 1 } })
  expect([await lobby.count(), await lobby.has('a')]).toEqual([1, true])
  expect(new Set(expected)).toEqual(new Set(['a']))
})

test('a connection takes no place where nothing would end it', async () => {
  const { lobby, start } = open()
  const refuse = { expectRegistration: () => Promise.reject(new Error('Service Bus does not answer.')) }
  const wrap = <Target extends object>(target: Target): Target =>
    'expectRegistration' in target ? { ...target, ...refuse } : target
  await expect(start({ wrap })('a')).rejects.toThrow('Service Bus')
  expect([await lobby.count(), await lobby.has('a')]).toEqual([0, false])
})

test('of many that come at once no more get in than there may be', async () => {
  const { lobby, start } = open()
  const connect = start()
  await lobby.count()
  const coming: Array<Promise<HubReply>> = []
  for (let index = 0; index < 40; index++) {
    coming.push(connect(`c${index}`))
    // Each has a request of its own.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const replies = await Promise.all(coming)
  expect(replies.filter(({ kind }) => kind === 'accepted')).toHaveLength(MAX_CONNECTIONS)
  expect(replies.find(({ kind }) => kind === 'refused')).toMatchObject({ status: 503 })
  expect(await lobby.count()).toBe(MAX_CONNECTIONS)
})

test('only a token of the service makes a socket that of the gateway: it takes no place', async () => {
  const { lobby, start } = open()
  const more = { userId: 'gateway', subprotocols: ['json.webpubsub.azure.v1'] }
  expect(await start()('own', more)).toEqual({ kind: 'accepted', state: { v: 1 } })
  expect(await lobby.count()).toBe(0)
  const { userId: _, ...anonymous } = more
  const query = { userId: ['gateway'], user: ['gateway'], id: ['gateway'] }
  const others = ['Gateway', 'gateway ', 'agent-1', ''].map((userId) => ({ ...more, userId }))
  for (const other of [anonymous, ...others]) {
    expect(await start()('a', { ...other, query })).toMatchObject({ kind: 'refused', status: 401 })
  }
})
