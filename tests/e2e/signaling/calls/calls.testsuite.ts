import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startWebhook } from '../../../fixtures/a2a/start-webhook.ts'
import { expectedOf } from '../../a2a/behaviour/expected.ts'
import { playAll } from '../../a2a/behaviour/play-all.ts'
import { next, taskIdOf } from '../../a2a/behaviour/scenarios.ts'
import { sketch, sketchAll } from '../../a2a/behaviour/sketch.ts'
import { flavours, type Flavour } from '../../a2a/clients/flavours.ts'
import { sendParams } from '../../a2a/support/post.ts'
import { quietSdks } from '../../a2a/support/quiet-sdks.ts'
import type { Layout } from '../../support/start-test-cloud.ts'
import { until } from '../../support/until.ts'
import { useCloud } from '../../support/use-cloud.ts'
import { join } from '../support/join.ts'
import { agentUrl, sendTo, joinAgent, joinByHand } from './support.ts'

const hello = () => sendParams('hello', randomUUID())
const working = { task: { id: 't', contextId: 'c', status: { state: 'TASK_STATE_WORKING' } } }
const artifact = (text: string) => ({
  artifactUpdate: {
    taskId: 't',
    contextId: 'c',
    artifact: { artifactId: 'a', parts: [{ text }] },
    append: true,
  },
})
const completed = { statusUpdate: { taskId: 't', contextId: 'c', status: { state: 'TASK_STATE_COMPLETED' } } }
const message = (text: string) => ({ message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text }] } })

/** Agents without any port, called by every official client. */
export const testCalls = (layout: Layout): void => {
  quietSdks()
  const cloud = useCloud({
    layout,
    env: { AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.1', AGENT_GATEWAY_A2A__LEASE_SECONDS: '2' },
  })

  describe(`calls of connected agents, ${layout}`, () => {
    test.for(Object.keys(flavours) as Flavour[])('the client of %s does all it can do', async (flavour) => {
      const agent = await joinAgent(cloud(), { extendedCard: true })
      const client = await flavours[flavour](`${agentUrl(cloud(), agent)}/`)
      for (const [name, outcome] of await playAll(client, agent))
        expect.soft(expectedOf(flavour, name), name).toContainEqual(outcome)
    })

    test('an agent that cannot stream is streamed all the same', async () => {
      const agent = await joinAgent(cloud(), { streaming: false })
      const client = await flavours['1.0 JSON-RPC'](`${agentUrl(cloud(), agent)}/`)
      const events = client.stream({ text: 'tell me' })
      const taskId = taskIdOf(await next(events))
      agent.release(taskId)
      expect((await sketchAll(events)).at(-1)).toMatchObject({ task: 'completed', artifacts: [['tell me']] })
      expect(agent.asked.map(({ method }) => method)).not.toContain('SendStreamingMessage')
    })

    test('an agent without a card of its own has one', async () => {
      const agent = await joinByHand(cloud(), { capabilities: ['a2a'], name: 'Plain' })
      const card = await fetch(`${agentUrl(cloud(), agent)}/.well-known/agent-card.json`)
      expect(await card.json()).toMatchObject({
        name: 'Plain',
        capabilities: { streaming: true },
        supportedInterfaces: expect.arrayContaining([
          { url: agentUrl(cloud(), agent), protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
        ]),
      })
    })

    test('push notifications: the agent calls the gateway, the gateway the client', async () => {
      const agent = await joinAgent(cloud())
      const webhook = await startWebhook()
      onTestFinished(() => webhook.stop())
      const client = await flavours['1.0 JSON-RPC'](`${agentUrl(cloud(), agent)}/`)
      const events = client.stream({ text: 'tell me' })
      const taskId = taskIdOf(await next(events))
      await client.setPush(taskId, { id: 'mine', url: webhook.url })
      agent.release(taskId)
      await sketchAll(events)
      expect((await webhook.received('TASK_STATE_COMPLETED')).body).toContain(taskId)
    })

    test('an agent that loses its connection in the middle comes back and goes on', async () => {
      const agent = await joinAgent(cloud())
      const client = await flavours['1.0 JSON-RPC'](`${agentUrl(cloud(), agent)}/`)
      const events = client.stream({ text: 'slow' })
      const taskId = taskIdOf(await next(events))
      await agent.reached(taskId, 1)
      await agent.drop()
      agent.release(taskId)
      await agent.reached(taskId, 3)
      await agent.reconnect()
      expect((await sketchAll(events)).at(-1)).toEqual({ status: 'completed', text: '' })
      expect(sketch(await client.get(taskId))).toMatchObject({ artifacts: [['one ', 'two ', 'three']] })
    })

    test('the process that makes a call dies: another one has the agent go on, and the client hears the rest', async () => {
      const agent = await joinAgent(cloud())
      const client = await flavours['1.0 JSON-RPC'](`${agentUrl(cloud(), agent)}/`)
      const messageId = randomUUID()
      const events = client.stream({ text: 'slow', messageId })
      const taskId = taskIdOf(await next(events))
      agent.step(taskId)
      await agent.reached(taskId, 2)
      const broken = sketchAll(events)
      await Promise.all([
        expect(broken).rejects.toThrow(),
        // Every process that serves HTTP.
        cloud().kill('signaling_hub_events'),
      ])
      const again = await until('the gateway lets the client subscribe', async () => {
        const attempt = client.resubscribe(taskId)
        const first = await attempt.next()
        return first.done !== true && { first: first.value, attempt }
      })
      expect(again.first).toMatchObject({ kind: 'task', id: taskId })
      await until('the agent is asked to go on', () =>
        agent.asked.some(({ method }) => method === 'SubscribeToTask'),
      )
      agent.release(taskId)
      expect((await sketchAll(again.attempt)).at(-1)).toEqual({ status: 'completed', text: '' })
      expect(agent.calls.of(messageId)).toHaveLength(1)
    })

    test('an answer that comes again, over the connection that replaces the first, counts once', async () => {
      const agent = await joinByHand(cloud())
      const answer = sendTo(cloud(), agent, hello())
      const request = await agent.asked()
      agent.reply(request, { status: 'streaming', result: working })
      const text = agent.reply(request, { status: 'streaming', result: artifact('once') })
      await agent.settle()
      const back = await joinByHand(cloud(), { capabilities: ['a2a'] }, agent)
      back.send(text)
      await back.settle()
      back.reply(request, { status: 'streaming', result: completed })
      expect((await answer).body).toMatchObject({
        result: { task: { artifacts: [{ parts: [{ text: 'once' }] }] } },
      })
    })

    test('nobody else can answer', async () => {
      const [agent, other] = await Promise.all([joinByHand(cloud()), joinByHand(cloud())])
      const answer = sendTo(cloud(), agent, hello())
      const request = await agent.asked()
      const forged = JSON.parse(other.reply(request, { status: 'completed', result: message('forged') })) as {
        id: string
      }
      expect((await other.answer(forged.id)).payload).toMatchObject({
        code: 'UNKNOWN_AGENT',
        details: { reason: 'unknown_request' },
      })
      agent.reply(request, { status: 'completed', result: message('true') })
      expect((await answer).body).toMatchObject({ result: { message: { parts: [{ text: 'true' }] } } })
    })

    test('what fails at the agent fails so at the client', async () => {
      const agent = await joinByHand(cloud())
      const failures = [
        [
          { code: -32005, message: 'No pictures.', data: [{ why: 'blind' }] },
          { code: -32005, message: 'No pictures.' },
        ],
        ['out of paper', { code: -32603, message: expect.stringContaining('out of paper') }],
      ] as const
      for (const [error, seen] of failures) {
        const answer = sendTo(cloud(), agent, hello())
        agent.reply(await agent.asked(), { status: 'failed', error })
        expect((await answer).body).toMatchObject({ error: seen })
      }
    })

    test('an answer that is no A2A is said to be none', async () => {
      const agent = await joinByHand(cloud())
      const answer = sendTo(cloud(), agent, hello())
      agent.reply(await agent.asked(), { status: 'completed', result: { nothing: true } })
      expect((await answer).body).toMatchObject({ error: { code: -32006 } })
    })

    test('a status that is none is refused, and can be corrected', async () => {
      const agent = await joinByHand(cloud())
      const answer = sendTo(cloud(), agent, hello())
      const request = await agent.asked()
      const { id } = JSON.parse(agent.reply(request, { status: 'done', result: message('x') })) as {
        id: string
      }
      expect((await agent.answer(id)).payload).toMatchObject({ code: 'MALFORMED_MESSAGE' })
      agent.reply(request, { status: 'completed', result: message('x') })
      expect((await answer).body).toMatchObject({ result: { message: { messageId: 'm' } } })
    })

    test('an agent that takes no calls, and one that has left, are not called', async () => {
      const silent = await join(cloud(), { payload: { capabilities: ['chess'] } })
      const refused = await sendTo(cloud(), silent, hello())
      expect(refused.body).toMatchObject({
        error: { code: -32004, message: expect.stringContaining('"a2a"') },
      })
      await silent.close()
      await until('it is gone', async () => {
        const { status } = await sendTo(cloud(), silent, hello())
        return status === 404
      })
    })

    test('an agent that answers faster than it may is slowed down; nothing of it is lost', async () => {
      const agent = await joinByHand(cloud())
      const answer = sendTo(cloud(), agent, hello())
      const request = await agent.asked()
      const texts = Array.from({ length: 200 }, (_, index) => String(index))
      for (const result of [working, ...texts.map(artifact), completed])
        agent.reply(request, { status: 'streaming', result })
      expect((await answer).body).toMatchObject({
        result: { task: { artifacts: [{ parts: texts.map((text) => ({ text })) }] } },
      })
    })

    test('a message too large for a frame is refused, not lost', async () => {
      const agent = await joinByHand(cloud())
      const { body } = await sendTo(cloud(), agent, sendParams('x'.repeat(999_900), randomUUID()))
      expect(body).toMatchObject({ error: { code: -32600, message: expect.stringContaining('frame') } })
    })
  })
}
