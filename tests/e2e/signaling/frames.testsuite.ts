import { describe, expect, test } from 'vitest'
import { createTestAgent, type Parts } from '../../fixtures/signaling/create-test-agent.ts'
import { PythonFloat, toSpacedJson, toWireJson } from '../../fixtures/signaling/python-json.ts'
import type { Heard } from '../../fixtures/signaling/open-test-socket.ts'
import { isSignedByItsSender } from '../../fixtures/signaling/verify-frame.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { join, joinPair } from './support/join.ts'

const SDP = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=setup:actpass\r\n'

const passedOn: readonly { name: string; parts: Parts }[] = [
  { name: 'OFFER', parts: { type: 'OFFER', payload: { sdp: SDP } } },
  { name: 'ANSWER', parts: { type: 'ANSWER', payload: { sdp: SDP }, correlation_id: 'the-offer' } },
  {
    name: 'ICE_CANDIDATE',
    parts: {
      type: 'ICE_CANDIDATE',
      payload: { candidate: 'candidate:1 1 UDP 1 127.0.0.1 9 typ host', sdp_mid: '0', sdp_mline_index: 0 },
    },
  },
  {
    name: 'ICE_CANDIDATE with nulls',
    parts: { type: 'ICE_CANDIDATE', payload: { candidate: '', sdp_mid: null, sdp_mline_index: null } },
  },
  {
    name: 'INTENT, a question',
    parts: { type: 'INTENT', payload: { query: 'grüße 😀', context: '\u2028' } },
  },
  {
    name: 'INTENT, a task with numbers of Python',
    parts: {
      type: 'INTENT',
      payload: { task: 't', params: { one: new PythonFloat('1.0'), tiny: new PythonFloat('1e-07') } },
    },
  },
  {
    name: 'EXEC_REQUEST',
    parts: { type: 'EXEC_REQUEST', payload: { args: { x: [1, 2] }, timeout_ms: 5, stream: true } },
  },
  {
    name: 'EXEC_RESPONSE',
    parts: { type: 'EXEC_RESPONSE', payload: { result: { y: null }, status: 'ok', execution_time_ms: 3 } },
  },
  { name: 'PING', parts: { type: 'PING', payload: { sequence: 1 } } },
  { name: 'PONG', parts: { type: 'PONG', payload: {} } },
  { name: 'ERROR', parts: { type: 'ERROR', payload: { code: 'TIMEOUT', message: 'no', details: null } } },
]

/** What agents say to each other, and to the gateway. */
export const testFrames = (cloud: () => TestCloud): void => {
  describe('frames', () => {
    test('of every type come to the other agent byte for byte, and nobody answers', async () => {
      const [one, other] = await joinPair(cloud())
      for (const { name, parts } of passedOn) {
        const frame = one.frame({ to: other.did, ...parts })
        for (const text of [
          toWireJson(frame),
          toSpacedJson({ ...frame, ...one.frame({ ...parts, to: other.did }) }),
        ]) {
          one.send(text)
          expect((await other.next()).text, name).toBe(text)
        }
      }
      await one.settle()
      expect(one.heard.map(({ type }) => type)).toEqual(['REGISTERED', 'PONG'])
    })

    test('keep odd spacing, the order of their keys, and escapes that were not needed', async () => {
      const [one, other] = await joinPair(cloud())
      const { id, timestamp, signature } = one.frame({
        type: 'OFFER',
        to: other.did,
        payload: { sdp: 'ü/😀' },
      })
      const text = ` {\n"signature":"${signature}"\t,"payload" : {"sdp":"\\u00fc\\/\\ud83d\\ude00"},"version":"1.0","type":"OFFER","to":"${other.did}",\r\n"from":"${one.did}","correlation_id":null,"timestamp":"${String(timestamp)}","id":"${id}"} `
      one.send(text)
      expect((await other.next()).text).toBe(text)
    })

    test('of one agent come in the order in which they were sent', async () => {
      const [one, other] = await joinPair(cloud())
      const sent = upTo(100).map((index) =>
        one.say({ type: 'INTENT', to: other.did, payload: { query: String(index) } }),
      )
      for (const text of sent) expect((await other.next()).text).toBe(text)
    })

    test('go between agents with DIDs of either form, and times of every form', async () => {
      const agents = await Promise.all(
        (['seed', 'with Z', 'without Z'] as const).flatMap((clock) =>
          (['legacy', 'standard'] as const).map((form) =>
            join(cloud(), { agent: createTestAgent({ form, clock }) }),
          ),
        ),
      )
      for (const [index, one] of agents.entries()) {
        const other = agents[(index + 1) % agents.length] ?? one
        const text = one.say({ type: 'OFFER', to: other.did, payload: { sdp: SDP } })
        expect((await other.next()).text).toBe(text)
      }
    })

    test('as large as they may be go through', async () => {
      const [one, other] = await joinPair(cloud())
      const text = one.say({ type: 'OFFER', to: other.did, payload: { sdp: 'x'.repeat(900_000) } })
      expect((await other.next()).text === text).toBe(true)
    })

    test('PING is answered with PONG, whatever the gateway is called', async () => {
      const agent = await join(cloud())
      for (const to of [agent.did, agent.registered.from, 'did:key:gateway']) {
        const ping = agent.frame({ type: 'PING', to, payload: { sequence: 7 } })
        agent.send(toWireJson(ping))
        const pong = await agent.answer(ping.id)
        expect(pong).toMatchObject({
          id: ping.id,
          type: 'PONG',
          from: agent.registered.from,
          to: agent.did,
          payload: { sequence: 7 },
        })
        expect(isSignedByItsSender(pong.text)).toBe(true)
      }
    })

    test('for an agent that never came, or is gone, are answered with UNKNOWN_AGENT', async () => {
      const [one, other] = await joinPair(cloud())
      other.say({ type: 'UNREGISTER', to: other.did, payload: {} })
      await other.closed
      const ask = async (to: string): Promise<Heard> => {
        const offer = one.frame({ type: 'OFFER', to, payload: { sdp: SDP } })
        one.send(toWireJson(offer))
        await one.settle()
        return one.heard.find(({ correlation_id }) => correlation_id === offer.id) ?? one.registered
      }
      for (const to of [createTestAgent().did, 'did:web:nobody.example', other.did]) {
        // An agent may be taken for present for a second.
        const error = await until('an ERROR', async () => {
          const answer = await ask(to)
          return answer.type === 'ERROR' && answer
        })
        expect(error).toMatchObject({
          from: one.registered.from,
          to: one.did,
          payload: { code: 'UNKNOWN_AGENT', details: { reason: 'unknown_agent' } },
        })
        expect(isSignedByItsSender(error.text)).toBe(true)
      }
    })
  })
}
