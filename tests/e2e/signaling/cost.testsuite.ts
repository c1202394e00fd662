import { describe, expect, test } from 'vitest'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { upTo } from '../support/up-to.ts'
import { joinPair } from './support/join.ts'
import { readLog } from './support/read-log.ts'
import { untilGone } from './support/read-agents.ts'
import { until } from '../support/until.ts'

const ROUNDS = 8
const FRAMES_OF_A_ROUND = 100

/** Table operations that a forwarded frame may cost. */
const MAX_OPERATIONS = 0.1

const SDP = 'v=0\r\no=secret-of-the-peer 1 2 IN IP4 127.0.0.1\r\ns=é\r\n'

const countOperations = async ({ controls }: TestCloud): Promise<number> => {
  const meter = Object.entries(await controls.storage.meter())
  return meter.reduce((sum, [name, count]) => (name.startsWith('table') ? sum + count : sum), 0)
}

/** What a frame costs, and what is written down of it. */
export const testCost = (cloud: () => TestCloud): void => {
  describe('cost and log', () => {
    test('a forwarded frame costs a tenth of a table operation at most', async () => {
      const [one, other] = await joinPair(cloud())
      one.say({ type: 'OFFER', to: other.did, payload: { sdp: SDP } })
      await one.settle()
      const before = await countOperations(cloud())
      for (const round of upTo(ROUNDS)) {
        for (const index of upTo(FRAMES_OF_A_ROUND)) {
          one.say({ type: 'INTENT', to: other.did, payload: { query: `${round}.${index}` } })
        }
        await one.settle()
      }
      const operations = (await countOperations(cloud())) - before
      expect(other.heard.filter(({ type }) => type === 'INTENT')).toHaveLength(ROUNDS * FRAMES_OF_A_ROUND)
      expect(operations / (ROUNDS * FRAMES_OF_A_ROUND)).toBeLessThanOrEqual(MAX_OPERATIONS)
    })

    test('every registration, forward, refusal and removal is one line, without what was said', async () => {
      const [one, other] = await joinPair(cloud())
      const offer = one.frame({ type: 'OFFER', to: other.did, payload: { sdp: SDP } })
      const timestamp = '2020-01-01T00:00:00Z'
      const old = one.frame({ type: 'ANSWER', to: other.did, payload: { sdp: SDP }, timestamp })
      const text = toWireJson(offer).replace('\\u00e9', 'é')
      for (const sent of [text, toWireJson(old)]) one.send(sent)
      await one.answer(old.id)
      one.say({ type: 'UNREGISTER', to: one.did, payload: {} })
      await one.closed
      other.drop()
      await untilGone(cloud(), other.did)

      const about = (member: string, value: string) =>
        readLog(cloud()).filter((entry) => entry[member] === value && entry.level !== 'debug')
      await until('all is logged', () => about('agent_id', other.did).length >= 2)
      expect(about('message_id', offer.id)).toMatchObject([
        { level: 'info', type: 'OFFER', to: other.did, bytes: Buffer.byteLength(text) },
      ])
      expect(about('message_id', old.id)).toMatchObject([
        { level: 'warn', code: 'INVALID_SIGNATURE', reason: 'stale' },
      ])
      const facts = [
        ...about('agent_id', one.did).filter(({ message_id }) => message_id === undefined),
        ...about('agent_id', other.did).filter(({ message_id }) => message_id === undefined),
      ].map(({ message }) => message)
      expect(facts).toHaveLength(4)

      const secrets = [old.signature, offer.signature, 'secret-of-the-peer']
      for (const line of cloud().lines) {
        for (const secret of secrets) expect(line.includes(secret), line).toBe(false)
      }
    })
  })
}
