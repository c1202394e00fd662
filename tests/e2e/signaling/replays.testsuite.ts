import { describe, expect, test } from 'vitest'
import { createTestAgent, isoTime } from '../../fixtures/signaling/create-test-agent.ts'
import { registerTestAgent } from '../../fixtures/signaling/connect-test-agent.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { upTo } from '../support/up-to.ts'
import { join, joinPair, openSocket } from './support/join.ts'
import { findAgent, untilGone } from './support/read-agents.ts'

const replayed = (id: string) => ({
  type: 'ERROR',
  correlation_id: id,
  payload: { code: 'INVALID_SIGNATURE', details: { reason: 'replayed' } },
})

/** Frames that were good once. */
export const testReplays = (cloud: () => TestCloud): void => {
  describe('a frame that was good once', () => {
    test('is taken once on its connection', async () => {
      const [one, other] = await joinPair(cloud())
      const frame = one.frame({ type: 'OFFER', to: other.did, payload: { sdp: 'once' } })
      const text = toWireJson(frame)
      one.send(text)
      one.send(text)
      expect(await one.answer(frame.id)).toMatchObject(replayed(frame.id))
      one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'again' }, id: frame.id })
      expect(await one.answer(frame.id)).toMatchObject(replayed(frame.id))
      const marker = one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'end' } })
      expect([(await other.next()).text, (await other.next()).text]).toEqual([text, marker])
    })

    test('is refused also when hundreds came in between', async () => {
      const [one, other] = await joinPair(cloud())
      const frame = one.frame({ type: 'OFFER', to: other.did, payload: { sdp: 'once' } })
      one.send(toWireJson(frame))
      for (const _ of upTo(3)) {
        for (const index of upTo(100)) {
          one.say({ type: 'INTENT', to: other.did, payload: { query: String(index) } })
        }
        await one.settle()
      }
      one.send(toWireJson(frame))
      expect(await one.answer(frame.id)).toMatchObject(replayed(frame.id))
      expect(one.heard.filter(({ type }) => type === 'ERROR')).toHaveLength(1)
      const marker = one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'end' } })
      await other.next(({ text }) => text === marker)
      const offers = other.heard.filter(({ type }) => type === 'OFFER')
      expect(offers).toHaveLength(2)
    })

    test('is refused on the connection of somebody else', async () => {
      const [one, other] = await joinPair(cloud())
      const thief = await join(cloud())
      const frame = one.frame({ type: 'OFFER', to: other.did, payload: { sdp: 'stolen' } })
      thief.send(toWireJson(frame))
      expect(await thief.answer(frame.id)).toMatchObject({
        payload: { code: 'INVALID_SIGNATURE', details: { reason: 'wrong_did' } },
      })
      const marker = one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'end' } })
      expect((await other.next()).text).toBe(marker)
    })

    test('as a REGISTER on another connection registers nobody, whether the agent is there or gone', async () => {
      const agent = createTestAgent()
      const registration = agent.registration()
      const socket = await openSocket(cloud())
      socket.send(toWireJson(registration))
      await socket.next(({ type }) => type === 'REGISTERED')
      const steal = async (): Promise<void> => {
        const thief = await openSocket(cloud())
        thief.send(toWireJson(registration))
        expect(await thief.next()).toMatchObject(replayed(registration.id))
        thief.send(agent.sign({ type: 'PING', to: agent.did, payload: {} }))
        expect(await thief.next()).toMatchObject({ payload: { code: 'CONNECTION_REFUSED' } })
        await thief.closed
      }
      await steal()
      expect(await findAgent(cloud(), agent.did)).toBeDefined()
      await socket.close()
      await untilGone(cloud(), agent.did)
      await steal()
      expect(await findAgent(cloud(), agent.did)).toBeUndefined()
      const { registered } = await registerTestAgent(agent, await openSocket(cloud()))
      expect(registered.type).toBe('REGISTERED')
    })

    test('on a connection that was replaced is not taken any more, and the connection is closed', async () => {
      const agent = createTestAgent()
      const [old, other] = await Promise.all([join(cloud(), { agent }), join(cloud())])
      const present = await join(cloud(), { agent })
      // Whether it is told or just closed depends on which comes first.
      old.socket.send(agent.sign({ type: 'OFFER', to: other.did, payload: { sdp: 'from the old one' } }))
      await old.closed
      const marker = present.say({ type: 'OFFER', to: other.did, payload: { sdp: 'end' } })
      expect((await other.next()).text).toBe(marker)
    })

    test('may be as old as four minutes, when it was not sent before', async () => {
      const [one, other] = await joinPair(cloud())
      const timestamp = isoTime(Date.now() - 240_000)
      const text = one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'late' }, timestamp })
      expect((await other.next()).text).toBe(text)
    })
  })
}
