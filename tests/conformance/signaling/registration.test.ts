import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { TOUCH_MS } from '../../../shared/registry/create-connected-agents.ts'
import type { ConnectionState } from '../../../shared/signaling/connection-state.ts'
import { createTestAgent, type TestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { createMortal, Killed } from '../../support/create-mortal.ts'
import { openSignaling, type SignalingBench } from '../../support/open-signaling.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

let count = 0
const open = (): SignalingBench => openSignaling(storage.connectionString, `signaling${++count}`)

const unavailable = { type: 'ERROR', payload: { code: 'INTERNAL_ERROR', details: { reason: 'unavailable' } } }

const agentOf = ({ clock }: SignalingBench): TestAgent => createTestAgent({ now: clock.now })

/** An agent that is registered, and what its connection carries. */
const join = async (
  bench: SignalingBench,
  connectionId: string,
  agent = agentOf(bench),
): Promise<{ agent: TestAgent; state: ConnectionState }> => {
  await bench.connect(connectionId)
  const { state, frame } = await bench.start().say(connectionId, toWireJson(agent.registration()))
  expect(frame).toMatchObject({ type: 'REGISTERED' })
  return { agent, state }
}

/** A REGISTER over `new` of an agent that was registered over `old`, by a process that dies at a step. */
const registerDying = async (bench: SignalingBench, step: number) => {
  const { agent } = await join(bench, 'old')
  await bench.connect('new')
  const text = toWireJson(agent.registration())
  const { state, frame } = await bench.start(createMortal(step)).say('new', text)
  expect(frame).toMatchObject(unavailable)
  return { did: agent.did, text, state }
}

/** Claim, join, row, close, announcement, lobby. */
const STEPS = [1, 2, 3, 4, 5, 6]

describe('a registration', () => {
  test.each(STEPS)('killed at step %i and told again to another process is whole', async (step) => {
    const bench = open()
    const { did, text } = await registerDying(bench, step)
    const { state, frame } = await bench.start().say('new', text)
    expect(frame).toMatchObject({ type: 'REGISTERED', payload: { did } })
    expect(state).toMatchObject({ did, generation: expect.any(Number) })
    expect([await bench.connectionOf(did), await bench.isWaiting('new')]).toEqual(['new', false])
    expect([[...bench.open], bench.hearing(did)]).toEqual([['new'], ['new']])
    expect(new Set(bench.told(did))).toEqual(new Set(['registered']))
  })

  test.each(STEPS)(
    'that a service failed at step %i leaves nobody when its connection ends',
    async (step) => {
      const bench = open()
      const { did, state } = await registerDying(bench, step)
      const ends = bench.open.has('old') ? ['new', 'old'] : ['new']
      for (const id of ends) {
        bench.open.delete(id)
        await bench.start().end(id, id === 'new' ? state : { v: 1, did, generation: 1 })
      }
      expect([await bench.connectionOf(did), await bench.isWaiting('new')]).toEqual([undefined, false])
      expect(bench.told(did).at(-1)).toBe('disconnected')
    },
  )

  test.each(STEPS)('that a service failed at step %i works when it is sent again', async (step) => {
    const bench = open()
    const { did, text, state } = await registerDying(bench, step)
    const { frame } = await bench.start().say('new', text, state)
    expect(frame).toMatchObject({ type: 'REGISTERED' })
    expect([await bench.connectionOf(did), [...bench.open]]).toEqual(['new', ['new']])
  })

  test('that failed lets nobody speak', async () => {
    const bench = open()
    const agent = agentOf(bench)
    const { agent: other } = await join(bench, 'other')
    await bench.connect('new')
    const failed = await bench.start(createMortal(5)).say('new', toWireJson(agent.registration()))
    const offer = agent.sign({ type: 'OFFER', to: other.did, payload: { sdp: 'x' } })
    await bench.start().say('new', offer, failed.state)
    expect(bench.sent.map((frame) => JSON.parse(frame))).toMatchObject([
      { type: 'ERROR', payload: { details: { reason: 'not_registered' } } },
    ])
    expect(bench.open.has('new')).toBe(false)
  })

  test('that is said again over its connection is confirmed, and costs and tells nothing', async () => {
    const bench = open()
    const { agent, state } = await join(bench, 'a')
    const again = toWireJson(agent.registration())
    // Alive for the claim of the id and for looking up the agent.
    const { frame } = await bench.start(createMortal(3)).say('a', again, state)
    const { generation } = state
    expect(frame).toMatchObject({ type: 'REGISTERED', payload: { generation } })
    expect(bench.told(agent.did)).toEqual(['registered'])
  })

  test('of an agent that was let go meanwhile is a new one', async () => {
    const bench = open()
    const { agent, state } = await join(bench, 'a')
    await bench.start().end('a', state)
    const { frame } = await bench.start().say('a', toWireJson(agent.registration()), state)
    expect(frame).toMatchObject({ type: 'REGISTERED' })
    expect(await bench.connectionOf(agent.did)).toBe('a')
    expect(bench.told(agent.did)).toEqual(['registered', 'disconnected', 'registered'])
  })

  test('whose connection ends while it is told leaves nobody, and this is told too', async () => {
    const bench = open()
    const agent = agentOf(bench)
    await bench.connect('new')
    bench.whileTelling(async () => {
      bench.open.delete('new')
      // The service does not know yet whose connection it was.
      await bench.start().end('new')
    })
    expect((await bench.start().say('new', toWireJson(agent.registration()))).frame).toBeUndefined()
    expect(await bench.connectionOf(agent.did)).toBeUndefined()
    expect(bench.told(agent.did)).toEqual(['registered', 'disconnected'])
  })
})

describe('the end of a registration', () => {
  test.each([1, 2, 3, 4])('by UNREGISTER, killed at step %i and told again, is whole', async (step) => {
    const bench = open()
    const { agent, state } = await join(bench, 'a')
    // It remembers the agent.
    const other = bench.start()
    await other.say('a', agent.sign({ type: 'PING', to: agent.did, payload: {} }), state)
    const text = agent.sign({ type: 'UNREGISTER', to: agent.did, payload: {} })
    await bench
      .start(createMortal(step))
      .say('a', text, state)
      .catch(() => undefined)
    await other.say('a', text, state)
    expect([await bench.connectionOf(agent.did), bench.open.has('a')]).toEqual([undefined, false])
  })

  test('by UNREGISTER is told', async () => {
    const bench = open()
    const { agent, state } = await join(bench, 'a')
    const text = agent.sign({ type: 'UNREGISTER', to: agent.did, payload: { reason: 'done' } })
    expect((await bench.start().say('a', text, state)).frame).toBeUndefined()
    expect([bench.open.has('a'), bench.told(agent.did)]).toEqual([false, ['registered', 'unregistered']])
  })

  test('by the end of its connection, killed before it is removed and told again, is whole', async () => {
    const bench = open()
    const { agent, state } = await join(bench, 'a')
    bench.open.delete('a')
    await expect(bench.start(createMortal(0)).end('a', state)).rejects.toThrow(Killed)
    await bench.start().end('a', state)
    expect(await bench.connectionOf(agent.did)).toBeUndefined()
    expect(bench.told(agent.did)).toEqual(['registered', 'disconnected'])
  })
})

describe('an agent whose connection ended without a word', () => {
  test('is found out by the frames for it, and their senders are told', async () => {
    const bench = open()
    const [sender, ghost] = [await join(bench, 'a'), await join(bench, 'b')]
    bench.open.delete('b')
    bench.clock.advance(TOUCH_MS)
    const offer = { type: 'OFFER', to: ghost.agent.did, payload: { sdp: 'x' } }
    const gateway = bench.start()
    const first = await gateway.say('a', sender.agent.sign(offer), sender.state)
    expect(first.frame).toBeUndefined()
    expect(bench.told(ghost.agent.did)).toEqual(['registered', 'disconnected'])
    const second = await gateway.say('a', sender.agent.sign(offer), first.state)
    expect(second.frame).toMatchObject({ type: 'ERROR', payload: { code: 'UNKNOWN_AGENT' } })
  })

  test('is not taken for one that only listens, which stays', async () => {
    const bench = open()
    const [sender, listener] = [await join(bench, 'a'), await join(bench, 'b')]
    const gateway = bench.start()
    let { state } = sender
    for (let minute = 0; minute < 20; minute++) {
      bench.clock.advance(60_000)
      const offer = { type: 'OFFER', to: listener.agent.did, payload: { sdp: 'x' } }
      ;({ state } = await gateway.say('a', sender.agent.sign(offer), state))
    }
    expect(await bench.lastActivityOf(listener.agent.did)).toBe(new Date(bench.clock.now()).toISOString())
    expect(bench.told(listener.agent.did)).toEqual(['registered'])
  })
})
