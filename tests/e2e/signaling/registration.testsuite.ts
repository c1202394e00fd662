import { describe, expect, test } from 'vitest'
import { createTestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { registerTestAgent } from '../../fixtures/signaling/connect-test-agent.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { isSignedByItsSender } from '../../fixtures/signaling/verify-frame.ts'
import { readHealth } from '../support/read-health.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { join, openSocket } from './support/join.ts'
import { findAgent, readAgents, untilGone } from './support/read-agents.ts'

/** How agents come, are seen, and go. */
export const testRegistration = (cloud: () => TestCloud): void => {
  describe('registration', () => {
    test('is confirmed by a frame that the gateway signed', async () => {
      const agent = await join(cloud())
      expect(agent.registered).toMatchObject({
        type: 'REGISTERED',
        to: agent.did,
        version: '1.0',
        payload: { did: agent.did, agent_id: agent.did, agent_timeout: 300 },
      })
      expect(agent.registered.from).toMatch(/^did:key:z6Mk/)
      expect(isSignedByItsSender(agent.registered.text)).toBe(true)
      const pong = await agent.settle()
      expect([pong.type, pong.from, isSignedByItsSender(pong.text)]).toEqual([
        'PONG',
        agent.registered.from,
        true,
      ])
    })

    test('makes an agent visible to everybody, with its times', async () => {
      const before = Date.now()
      const agent = await join(cloud(), {
        payload: { name: 'The Painter', capabilities: ['paint'], description: 'Paints.' },
      })
      const listed = await findAgent(cloud(), agent.did)
      expect(listed).toMatchObject({ id: agent.did, name: 'The Painter', description: 'Paints.' })
      for (const time of [listed?.connected_at, listed?.last_activity]) {
        expect(Date.parse(time ?? '')).toBeGreaterThanOrEqual(before - 1000)
        expect(Date.parse(time ?? '')).toBeLessThanOrEqual(Date.now() + 1000)
      }
      const response = await fetch(`${cloud().url}/agents?reach=socket&capability=paint`)
      expect(await response.json()).toMatchObject({ agents: [{ did: agent.did }], count: 1 })
    })

    test('is counted by /health', async () => {
      const agent = await join(cloud())
      await until('every agent is counted', async () => {
        const [{ connected_agents }, agents] = await Promise.all([readHealth(cloud()), readAgents(cloud())])
        return connected_agents === agents.length && agents.some(({ did }) => did === agent.did)
      })
    })

    test.each([
      ['the form of the seed, signed as its programs do', 'legacy', 'seed'],
      ['the form of the seed, time without Z', 'legacy', 'without Z'],
      ['the standard form, time with Z', 'standard', 'with Z'],
      ['the standard form, time without Z', 'standard', 'without Z'],
    ] as const)('takes %s', async (_name, form, clock) => {
      const agent = await join(cloud(), { agent: createTestAgent({ form, clock }) })
      expect(await findAgent(cloud(), agent.did)).toBeDefined()
      expect((await agent.settle()).type).toBe('PONG')
    })

    test('takes the DID in place of the key, and the gateway as its addressee', async () => {
      for (const to of ['did:key:gateway', undefined]) {
        const agent = createTestAgent()
        const socket = await openSocket(cloud())
        const registration = agent.registration({ public_key: agent.did }, to === undefined ? {} : { to })
        socket.send(toWireJson(registration))
        expect(await socket.next()).toMatchObject({ type: 'REGISTERED', correlation_id: registration.id })
      }
    })

    test('works without any sub-protocol', async () => {
      const agent = await join(cloud(), { protocols: [] })
      expect(agent.socket.protocol).toBe('')
      expect(await findAgent(cloud(), agent.did)).toBeDefined()
    })

    test('of the same agent over a new connection replaces the old one', async () => {
      const agent = createTestAgent()
      const [old, other] = [await join(cloud(), { agent }), await join(cloud())]
      const present = await join(cloud(), { agent })
      expect(Number(present.registered.payload['generation'])).toBeGreaterThan(
        Number(old.registered.payload['generation']),
      )
      await old.closed
      // The service has told the gateway that the old connection ended, or does so now.
      await other.settle()
      other.say({ type: 'OFFER', to: agent.did, payload: { sdp: 'after' } })
      expect(await present.next(({ type }) => type === 'OFFER')).toMatchObject({ payload: { sdp: 'after' } })
      expect(old.heard.filter(({ type }) => type === 'OFFER')).toEqual([])
      expect(await findAgent(cloud(), agent.did)).toBeDefined()
    })

    test('of a new connection survives that the old one is cut afterwards', async () => {
      const agent = createTestAgent()
      const { controls } = cloud()
      const old = await join(cloud(), { agent })
      // The old connection's end is told late.
      const release = await controls.webPubSub.fault({
        operation: 'upstream',
        target: 'disconnected',
        action: 'hold',
      })
      old.drop()
      const present = await join(cloud(), { agent })
      await release()
      const marker = await join(cloud())
      marker.drop()
      await untilGone(cloud(), marker.did)
      expect(await findAgent(cloud(), agent.did)).toBeDefined()
      expect((await present.settle()).type).toBe('PONG')
    })

    test('over many connections at once leaves one, to which everything goes', async () => {
      const agent = createTestAgent()
      const other = await join(cloud())
      const sockets = await Promise.all(upTo(6).map(() => openSocket(cloud())))
      for (const socket of sockets) socket.send(toWireJson(agent.registration()))
      const ended = sockets.map(({ closed }, index) => closed.then(() => index))
      const over = new Set<number>()
      while (over.size < sockets.length - 1) {
        over.add(await Promise.race(ended.filter((_, index) => !over.has(index))))
      }
      const [last] = sockets.filter((_, index) => !over.has(index))
      const sent = upTo(5).map((index) =>
        other.say({ type: 'OFFER', to: agent.did, payload: { sdp: String(index) } }),
      )
      for (const text of sent) {
        expect((await last?.next(({ type }) => type === 'OFFER'))?.text).toBe(text)
      }
      const heard = sockets.flatMap((socket) => socket.heard.filter(({ type }) => type === 'OFFER'))
      expect(heard).toHaveLength(sent.length)
      expect((await readAgents(cloud())).filter(({ did }) => did === agent.did)).toHaveLength(1)
    })

    test('of agents that leave in the same moment leaves nobody behind', async () => {
      const agents = upTo(12).map(() => createTestAgent())
      await Promise.all(
        agents.map(async (agent, index) => {
          const socket = await openSocket(cloud())
          socket.socket.send(toWireJson(agent.registration()), () => {
            if (index % 2 === 0) socket.drop()
            else void socket.close()
          })
          await socket.closed
        }),
      )
      // The events of one that came later follow theirs.
      const marker = await join(cloud())
      await marker.close()
      for (const { did } of [...agents, marker]) await untilGone(cloud(), did)
    })

    test('can come again over the same connection', async () => {
      const agent = await join(cloud())
      const again = await registerTestAgent(agent, agent)
      expect(again.registered.payload).toEqual(agent.registered.payload)
      const other = await registerTestAgent(agent, agent, { name: 'Another name', capabilities: ['sing'] })
      expect(other.registered.payload['did']).toBe(agent.did)
      expect(await findAgent(cloud(), agent.did)).toMatchObject({
        name: 'Another name',
        capabilities: ['sing'],
      })
      expect((await agent.settle()).type).toBe('PONG')
    })

    test('ends with UNREGISTER, which closes the connection', async () => {
      const agent = await join(cloud())
      agent.say({ type: 'UNREGISTER', to: agent.did, payload: { reason: 'done' } })
      await agent.closed
      await untilGone(cloud(), agent.did)
    })

    test('of another agent is not ended by an UNREGISTER that names it', async () => {
      const [agent, other] = [await join(cloud()), await join(cloud())]
      agent.say({ type: 'UNREGISTER', to: other.did, payload: {} })
      await agent.closed
      expect((await other.settle()).type).toBe('PONG')
      expect(await findAgent(cloud(), other.did)).toBeDefined()
    })

    test('ends with the connection, whether it is closed or cut', async () => {
      const [closing, cut] = [await join(cloud()), await join(cloud())]
      await closing.close()
      cut.drop()
      await untilGone(cloud(), closing.did)
      await untilGone(cloud(), cut.did)
    })
  })
}
