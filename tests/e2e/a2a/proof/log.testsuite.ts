import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { readFrames, openSse } from '../../support/sse.ts'
import { taskIdOf } from '../behaviour/scenarios.ts'
import { sketchAll } from '../behaviour/sketch.ts'
import { flavours } from '../clients/flavours.ts'
import { post, rpc, sendParams } from '../support/post.ts'
import { agentId, places } from '../support/start-agents.ts'
import type { Deployments } from '../support/use-deployments.ts'

const Event = z.looseObject({ event_type: z.string(), payload: z.looseObject({}) })

/** Every task has a stored log, read like every other stream; repeated requests are made once. */
export const testLog = (deployments: () => Deployments): void => {
  describe.for(places)('an agent that is hosted %s', (place) => {
    test('the events of a task are read at /stream, its end at /final', async () => {
      const { a } = deployments()
      const client = await flavours['1.0 JSON-RPC'](`${a.url}/agents/${agentId('1.0', place)}/`)
      const taskId = taskIdOf(await client.send({ text: 'hello' }))
      const frames = await readFrames(await openSse(`${a.url}/stream/${taskId}`))
      const events = frames.flatMap(({ data }) => (data === undefined ? [] : [Event.parse(JSON.parse(data))]))
      expect(events.map(({ event_type }) => event_type)).toEqual([
        'a2a.task',
        'a2a.status',
        'a2a.artifact',
        'a2a.artifact',
        'a2a.artifact',
        'a2a.status',
        'final_payload',
      ])
      expect(events[2]?.payload).toMatchObject({
        artifactUpdate: { artifact: { parts: [{ text: 'one ' }] } },
      })
      const final = await fetch(`${a.url}/final/${taskId}`)
      expect(final.status).toBe(200)
      expect(JSON.stringify(await final.json())).toContain('TASK_STATE_COMPLETED')
    })

    test('an Idempotency-Key: one call, the same answer; another body is refused', async () => {
      const { a, agents } = deployments()
      const url = `${a.url}/agents/${agentId('1.0', place)}`
      const messageId = randomUUID()
      const headers = { 'idempotency-key': randomUUID() }
      const body = rpc('SendMessage', sendParams('hello', messageId))
      const [first, again] = [await post(url, body, headers), await post(url, body, headers)]
      expect(first.body).toMatchObject({ result: { task: { status: { state: 'TASK_STATE_COMPLETED' } } } })
      const Task = z.object({ result: z.object({ task: z.looseObject({ id: z.string() }) }) })
      expect(Task.parse(again.body).result.task.id).toBe(Task.parse(first.body).result.task.id)
      expect(agents.sdk['1.0'].calls.of(messageId)).toHaveLength(1)
      const other = await post(url, rpc('SendMessage', sendParams('other', messageId)), headers)
      expect(other.body).toMatchObject({ error: { code: -32600 } })
      expect(agents.sdk['1.0'].calls.of(messageId)).toHaveLength(1)
    })

    test('a stream of an agent that cannot stream: its task, then its end', async () => {
      const { a } = deployments()
      const url = `${a.url}/agents/${agentId('plain', place)}`
      const { type, text } = await post(url, rpc('SendStreamingMessage', sendParams('hello', randomUUID())))
      expect(type).toMatch(/^text\/event-stream/)
      expect(text).toContain('TASK_STATE_COMPLETED')
      const client = await flavours['1.0 REST'](`${a.url}/agents/${agentId('plain', place)}/`)
      const heard = await sketchAll(client.stream({ text: 'hello' }))
      expect(JSON.stringify(heard)).toContain('three')
    })

    test('what travels to the agent: the caller’s name, never its credentials', async () => {
      const { a, agents } = deployments()
      const url = `${a.url}/agents/${agentId('1.0', place)}`
      const messageId = randomUUID()
      const before = agents.sdk['1.0'].requests.length
      await post(url, rpc('SendMessage', sendParams('count', messageId)), {
        'x-from-agent': 'tester',
        cookie: 'secret=1',
        'x-api-key': 'secret',
        'a2a-extensions': 'https://example.com/ext',
      })
      const sent = agents.sdk['1.0'].requests
        .slice(before)
        .find(({ headers }) => headers['x-from-agent'] === 'tester')
      expect(sent?.headers).toMatchObject({ 'a2a-extensions': 'https://example.com/ext' })
      expect(JSON.stringify(sent?.headers)).not.toContain('secret')
    })
  })
}
