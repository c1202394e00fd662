import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { next } from '../a2a/behaviour/scenarios.ts'
import { sketchAll } from '../a2a/behaviour/sketch.ts'
import { flavours } from '../a2a/clients/flavours.ts'
import { type Answer, post, rpc, sendParams } from '../a2a/support/post.ts'
import { agentUrl, joinAgent, joinByHand, sendTo } from '../signaling/calls/support.ts'
import { openSse, readFrames, type SseAnswer } from '../support/sse.ts'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { until } from '../support/until.ts'

type Called = { did: string }

const hello = () => sendParams('hello', randomUUID())
const reason = (name: string) => expect.arrayContaining([expect.objectContaining({ reason: name })])

/** The limits of calls hold for agents that are connected by WebSocket as for all others. */
export const testConnectedLimits = (cloud: () => TestCloud): void => {
  const openStream = (agent: Called, text: string, messageId = randomUUID()): Promise<SseAnswer> =>
    openSse(
      agentUrl(cloud(), agent),
      { 'content-type': 'application/json', 'a2a-version': '1.0' },
      JSON.stringify(rpc('SendStreamingMessage', sendParams(text, messageId))),
    )
  const rest = (agent: Called, params: object, headers = {}): Promise<Answer> =>
    post(`${agentUrl(cloud(), agent)}/v1/message:send`, params, headers)

  describe('a connected agent', () => {
    test('that takes long: a blocking send is answered as the task stands; its log goes on, at /stream and /final', async () => {
      const agent = await joinAgent(cloud())
      const messageId = randomUUID()
      const sent = sendTo(cloud(), agent, sendParams('slow', messageId))
      const { taskId } = await agent.calls.first(messageId)
      expect((await sent).body).toMatchObject({
        result: { task: { id: taskId, status: { state: 'TASK_STATE_WORKING' } } },
      })
      const viewing = openSse(`${cloud().url}/stream/${taskId}`).then(readFrames)
      agent.release(taskId)
      const frames = (await viewing).map(({ data = '' }) => data)
      expect(frames.some((data) => data.includes('"a2a.artifact"'))).toBe(true)
      const finished = { task: { id: taskId, status: { state: 'TASK_STATE_COMPLETED' } } }
      expect(JSON.parse(frames.at(-1) ?? '')).toMatchObject({
        event_type: 'final_payload',
        payload: finished,
      })
      const final = await fetch(`${cloud().url}/final/${taskId}?wait=10`)
      expect(await final.json()).toMatchObject(finished)
    })

    test('whose stream lasts too long: it ends with an error event, and the task can be subscribed to', async () => {
      const agent = await joinAgent(cloud())
      const messageId = randomUUID()
      const frames = await readFrames(await openStream(agent, 'slow', messageId))
      expect(JSON.parse(frames.at(-1)?.data ?? '')).toMatchObject({
        error: { code: -32603, data: reason('TIMEOUT') },
      })
      const { taskId } = await agent.calls.first(messageId)
      const client = await flavours['1.0 JSON-RPC'](`${agentUrl(cloud(), agent)}/`)
      const events = client.resubscribe(taskId)
      expect(await next(events)).toMatchObject({ kind: 'task', id: taskId, state: 'working' })
      agent.release(taskId)
      expect((await sketchAll(events)).at(-1)).toEqual({ status: 'completed', text: '' })
    })

    test('that says nothing: the call times out, and after two of them it is left alone for a while', async () => {
      const agent = await joinByHand(cloud())
      expect(await sendTo(cloud(), agent, hello())).toMatchObject({
        status: 200,
        body: { error: { code: -32603, data: reason('TIMEOUT') } },
      })
      expect(await rest(agent, hello())).toMatchObject({
        status: 504,
        body: { error: { details: reason('TIMEOUT') } },
      })
      const refused = await rest(agent, hello())
      expect(refused).toMatchObject({
        status: 503,
        body: { error: { details: reason('AGENT_UNAVAILABLE') } },
      })
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      await agent.settle()
      expect(agent.heard.filter(({ type }) => type === 'EXEC_REQUEST')).toHaveLength(2)
    })

    test('with as many streams as there may be: the next one is told to come again, until there is room', async () => {
      const agent = await joinAgent(cloud())
      const messageIds = [randomUUID(), randomUUID(), randomUUID()]
      const open = await Promise.all(messageIds.map((id) => openStream(agent, 'slow', id)))
      for (const { frames } of open) await frames.next()
      const refused = await post(`${agentUrl(cloud(), agent)}/v1/message:stream`, hello())
      expect(refused).toMatchObject({ status: 503, body: { error: { details: reason('OVERLOADED') } } })
      open[0]?.drop()
      await until('there is room', async () => (await openStream(agent, 'message-only')).status === 200)
      for (const { taskId } of await Promise.all(messageIds.map(agent.calls.first))) agent.release(taskId)
      await Promise.all(open.slice(1).map(readFrames))
    })

    test('is not asked what is too large, nor what has passed too many gateways', async () => {
      const agent = await joinByHand(cloud())
      expect((await rest(agent, sendParams('x'.repeat(5000), randomUUID()))).status).toBe(413)
      const far = await rest(agent, hello(), { 'a2a-gateway-hops': '3' })
      expect(far.text).toContain('has passed 3 gateways')
      const near = rest(agent, hello(), { 'a2a-gateway-hops': '1' })
      const request = await agent.asked()
      expect(request.payload).toMatchObject({ args: { headers: { 'a2a-gateway-hops': '2' } } })
      const message = { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'near' }] }
      agent.reply(request, { status: 'completed', result: { message } })
      expect((await near).body).toMatchObject({ message: { messageId: 'm' } })
      expect(agent.heard.filter(({ type }) => type === 'EXEC_REQUEST')).toHaveLength(1)
    })

    test('is asked once by an Idempotency-Key, with the same answer; another body is refused', async () => {
      const agent = await joinAgent(cloud())
      const messageId = randomUUID()
      const headers = { 'idempotency-key': randomUUID() }
      const same = () => rest(agent, sendParams('hello', messageId), headers)
      const answers = await Promise.all([same(), same()])
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(answers[0]?.body).toMatchObject({ task: { status: { state: 'TASK_STATE_COMPLETED' } } })
      expect(agent.calls.of(messageId)).toHaveLength(1)
      expect((await rest(agent, sendParams('other', messageId), headers)).status).toBe(409)
      expect(agent.calls.of(messageId)).toHaveLength(1)
    })
  })
}
