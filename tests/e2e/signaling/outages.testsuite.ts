import { describe, expect, test } from 'vitest'
import { createTestAgent } from '../../fixtures/signaling/create-test-agent.ts'
import { answers } from '../../fixtures/signaling/connect-test-agent.ts'
import { toWireJson } from '../../fixtures/signaling/python-json.ts'
import { readHealth } from '../support/read-health.ts'
import { httpProcesses, type TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'
import { upTo } from '../support/up-to.ts'
import { join, joinPair, openSocket } from './support/join.ts'
import { findAgent, readAgents, untilGone } from './support/read-agents.ts'

const WEBHOOK = '/ws/events/message'
/** What must stand in no log. */
const SDP = 'secret-of-the-peer'

/** Whatever dies or is away, an agent is registered once and no frame is lost that was not refused. */
export const testOutages = (cloud: () => TestCloud): void => {
  /** Lets the service repeat at once what was not taken. */
  const hurry = async <Value>(what: Promise<Value>): Promise<Value> => {
    let done = false
    const finished = what.finally(() => (done = true))
    while (!done) {
      await cloud().controls.webPubSub.advance(1000)
      await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 50))])
    }
    return finished
  }

  const killWebhook = async (): Promise<void> => {
    await cloud().kill('signaling_hub_events')
    for (const _ of upTo(httpProcesses[cloud().layout])) {
      await until('the gateway is healthy', async () => (await readHealth(cloud())).http === 200)
    }
  }

  describe('outages', () => {
    test.each([
      ['before it is claimed', 'table', 'idempotency'],
      ['after it is claimed', 'table.answer', 'idempotency'],
      ['after it is stored', 'table.answer', 'agents'],
    ])(
      'the app is killed during a registration, %s: it is registered once',
      async (_name, operation, target) => {
        const agent = createTestAgent()
        const other = await join(cloud())
        const socket = await openSocket(cloud())
        const { fault, pending } = cloud().controls.storage
        const release = await fault({ operation, target, action: 'hold', count: 1 })
        const registration = agent.registration()
        socket.send(toWireJson(registration))
        await until('the registration is held', async () => (await pending()) === 0)
        await killWebhook()
        await release()
        const registered = await hurry(socket.next(answers(registration.id)))
        expect(registered).toMatchObject({ type: 'REGISTERED', payload: { did: agent.did } })
        expect((await readAgents(cloud())).filter(({ did }) => did === agent.did)).toHaveLength(1)
        const text = other.say({ type: 'OFFER', to: agent.did, payload: { sdp: SDP } })
        expect((await hurry(socket.next(({ type }) => type === 'OFFER'))).text).toBe(text)
      },
    )

    test('the app is killed while frames are exchanged: each comes, in order', async () => {
      const [one, other] = await joinPair(cloud())
      const sent = upTo(60).map((index) =>
        one.frame({ type: 'INTENT', to: other.did, payload: { query: `${SDP} ${index}` } }),
      )
      for (const [index, frame] of sent.entries()) {
        one.send(toWireJson(frame))
        if (index === 20) await killWebhook()
      }
      for (const { id } of sent) await hurry(other.next((frame) => frame.id === id))
      // One that was being forwarded may have come twice.
      const ids = [...new Set(other.heard.filter(({ type }) => type === 'INTENT').map(({ id }) => id))]
      expect(ids).toEqual(sent.map(({ id }) => id))
      expect(other.heard.length).toBeLessThanOrEqual(sent.length + 2)
    })

    test('the webhook is down for nine seconds: what agents say waits, and is not lost', async () => {
      const [one, other] = await joinPair(cloud())
      const { host, webPubSub } = cloud().controls
      const restore = await host.fault({ operation: 'http', target: WEBHOOK, action: 'unavailable' })
      const before = (await webPubSub.meter())['upstream.message'] ?? 0
      const sent = upTo(10).map((index) =>
        one.say({ type: 'INTENT', to: other.did, payload: { query: `${SDP} ${index}` } }),
      )
      for (const [attempt, pause] of [1000, 3000, 5000].entries()) {
        await until(`attempt ${attempt + 1}`, async () => {
          return ((await webPubSub.meter())['upstream.message'] ?? 0) >= before + attempt + 1
        })
        if (pause === 5000) await restore()
        await webPubSub.advance(pause)
      }
      for (const text of sent) expect((await other.next()).text).toBe(text)
      expect(one.heard.map(({ type }) => type)).toEqual(['REGISTERED'])
    })

    test('the webhook is down for longer: the connection ends, and the agent comes back and says it again', async () => {
      const [one, other] = await joinPair(cloud())
      const { host } = cloud().controls
      const restore = await host.fault({ operation: 'http', target: WEBHOOK, action: 'unavailable' })
      const text = one.say({ type: 'OFFER', to: other.did, payload: { sdp: SDP } })
      expect(await hurry(one.closed)).toMatchObject({ code: 1011 })
      await restore()
      const back = await join(cloud(), { agent: one })
      back.send(text)
      expect((await other.next()).text).toBe(text)
      expect((await back.settle()).type).toBe('PONG')
    })

    test("the gateway's own connection is cut again and again: no frame is lost, none comes twice", async () => {
      const [one, other] = await joinPair(cloud())
      const group = `inbox.${encodeURIComponent(other.did)}`
      for (const round of upTo(3)) {
        await cloud().controls.webPubSub.fault({
          operation: 'frame',
          target: group,
          action: 'drop',
          count: 1,
        })
        const sent = upTo(20).map((index) =>
          one.say({ type: 'INTENT', to: other.did, payload: { query: `${SDP} ${round}.${index}` } }),
        )
        for (const text of sent) expect((await other.next()).text).toBe(text)
      }
      expect(one.heard.map(({ type }) => type)).toEqual(['REGISTERED'])
    })

    test.each([
      ['REST', 'rest'],
      ["the gateway's own socket", 'frame'],
    ])('frames pass while %s does not', async (_name, operation) => {
      const [one, other] = await joinPair(cloud())
      const target = `inbox.${encodeURIComponent(other.did)}`
      await cloud().controls.webPubSub.fault({ operation, target, action: 'refuse' })
      const sent = upTo(5).map((index) =>
        one.say({ type: 'INTENT', to: other.did, payload: { query: `${SDP} ${index}` } }),
      )
      for (const text of sent) expect((await other.next()).text).toBe(text)
    })

    test('Web PubSub is killed: the agents come back and talk on', async () => {
      const [one, other] = await joinPair(cloud())
      one.say({ type: 'OFFER', to: other.did, payload: { sdp: SDP } })
      await other.next()
      await cloud().webPubSub.stop('SIGKILL')
      await Promise.all([one.closed, other.closed])
      await cloud().webPubSub.start()
      const [first, second] = [await join(cloud(), { agent: one }), await join(cloud(), { agent: other })]
      const sent = upTo(20).map((index) =>
        first.say({ type: 'INTENT', to: second.did, payload: { query: `${SDP} ${index}` } }),
      )
      for (const text of sent) expect((await second.next()).text).toBe(text)
      expect(first.heard.map(({ type }) => type)).toEqual(['REGISTERED'])
    })

    test('Web PubSub refuses a frame on every way: the sender is told, and may send it again', async () => {
      const [one, other] = await joinPair(cloud())
      const { fault, clear } = cloud().controls.webPubSub
      const group = `inbox.${encodeURIComponent(other.did)}`
      for (const operation of ['frame', 'rest']) await fault({ operation, target: group, action: 'refuse' })
      const offer = one.frame({ type: 'OFFER', to: other.did, payload: { sdp: SDP } })
      one.send(toWireJson(offer))
      expect(await one.answer(offer.id)).toMatchObject({
        type: 'ERROR',
        payload: { code: 'INTERNAL_ERROR', details: { reason: 'unavailable' } },
      })
      await clear()
      one.send(toWireJson(offer))
      expect((await other.next()).id).toBe(offer.id)
    })

    test('the storage is away during a registration: the agent is told, and the same frame works later', async () => {
      const agent = createTestAgent()
      const socket = await openSocket(cloud())
      const { storage } = cloud().controls
      await storage.fault({ operation: 'table', action: 'unavailable' })
      const text = toWireJson(agent.registration())
      socket.send(text)
      expect(await hurry(socket.next())).toMatchObject({
        type: 'ERROR',
        payload: { code: 'INTERNAL_ERROR', details: { reason: 'unavailable' } },
      })
      await storage.clear()
      socket.send(text)
      expect(await socket.next()).toMatchObject({ type: 'REGISTERED', payload: { did: agent.did } })
      expect(await findAgent(cloud(), agent.did)).toBeDefined()
    })

    test('the end of a connection is told late: the agent is gone then', async () => {
      const agent = await join(cloud())
      const { host } = cloud().controls
      const restore = await host.fault({
        operation: 'http',
        target: '/ws/events/disconnected',
        action: 'unavailable',
        count: 2,
      })
      agent.drop()
      await hurry(untilGone(cloud(), agent.did))
      await restore()
    })

    test('nothing of what was said is in a log, at no level and of no program', () => {
      const { lines } = cloud()
      expect(lines.filter((line) => line.includes('A frame was refused.'))).not.toEqual([])
      expect(lines.filter((line) => line.includes(SDP))).toEqual([])
    })
  })
}
