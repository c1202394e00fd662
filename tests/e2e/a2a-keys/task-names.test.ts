import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { EventSource } from 'eventsource'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { startHostileAgent } from '../../fixtures/a2a/start-hostile-agent.ts'
import { bearer, operator } from '../access/callers.ts'
import { post, rpc, sendParams } from '../a2a/support/post.ts'
import { writeWorkspace } from '../a2a/support/write-workspace.ts'
import { hearBells, negotiate } from '../support/hear-bells.ts'
import { openSse, readFrames } from '../support/sse.ts'
import { until } from '../support/until.ts'
import { useCloud } from '../support/use-cloud.ts'

const [ann, bob] = [bearer('ann-0123456789abcdef'), bearer('bob-0123456789abcdef')]
const SCOPES = 'agents:invoke,events:read'

/** One that gives its tasks the ids that it is told to. */
const agent = await startHostileAgent()
const workspace = writeWorkspace('north', [
  { id: 'one', port: agent.port, proxyId: 'north' },
  { id: 'two', port: agent.port, proxyId: 'north' },
])
afterAll(async () => {
  await agent.stop()
  rmSync(workspace, { recursive: true, force: true })
})

const cloud = useCloud({
  id: 'north',
  env: {
    AGENT_GATEWAY_WORKSPACE: workspace,
    AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'ann',
    AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: 'ann-0123456789abcdef',
    AGENT_GATEWAY_AUTH__API_KEYS__0__SCOPES: SCOPES,
    AGENT_GATEWAY_AUTH__API_KEYS__1__NAME: 'bob',
    AGENT_GATEWAY_AUTH__API_KEYS__1__KEY: 'bob-0123456789abcdef',
    AGENT_GATEWAY_AUTH__API_KEYS__1__SCOPES: SCOPES,
    AGENT_GATEWAY_AUTH__API_KEYS__2__NAME: 'operator',
    AGENT_GATEWAY_AUTH__API_KEYS__2__KEY: 'operator-0123456789abcdef',
    AGENT_GATEWAY_AUTH__API_KEYS__2__SCOPES: '*',
  },
})

const Page = z.object({ task_id: z.string(), state: z.string(), events: z.array(z.looseObject({})) })

type Headers = Record<string, string>

const get = async (path: string, headers: Headers) => {
  const response = await fetch(`${cloud().url}${path}`, {
    headers: { accept: 'application/json', ...headers },
  })
  return { status: response.status, body: (await response.json()) as unknown }
}

const page = async (taskId: string, headers: Headers, query = '') =>
  Page.parse((await get(`/stream/${taskId}${query}`, headers)).body)

const callAgent = (name: string, headers: Headers, method = 'SendMessage') =>
  post(`${cloud().url}/agents/${name}`, rpc(method, sendParams('hello', randomUUID())), headers)

/** A task of an agent's own naming, which has ended. */
const runTask = async (name: string, headers: Headers, taskId: string = randomUUID()): Promise<string> => {
  agent.become({ kind: 'foreign-task', taskId })
  expect((await callAgent(name, headers)).body).toMatchObject({ result: { task: { id: taskId } } })
  return taskId
}

describe('by the id that its agent gave it, a task', () => {
  test('is read by its owner and by an operator; for all others it is not there', async () => {
    const taskId = await runTask('one', ann)
    for (const headers of [ann, operator]) {
      const { task_id, state, events } = await page(taskId, headers)
      expect([task_id, state, events.length]).toEqual([taskId, 'closed', 3])
      expect((await get(`/final/${taskId}?wait=0`, headers)).body).toMatchObject({ task: { id: taskId } })
    }
    expect(await page(taskId, bob)).toMatchObject({ state: 'waiting', events: [] })
    expect((await get(`/final/${taskId}?wait=0`, bob)).status).toBe(404)
  })

  test('that two agents gave is ambiguous, but not for those who own one of them', async () => {
    const taskId = randomUUID()
    await runTask('one', ann, taskId)
    await runTask('two', bob, taskId)
    expect((await page(taskId, ann)).state).toBe('closed')
    expect((await page(taskId, bob)).state).toBe('closed')
    for (const path of [`/stream/${taskId}`, `/stream/${taskId}/negotiate`, `/final/${taskId}`]) {
      const { status, body } = await get(path, operator)
      expect(status).toBe(409)
      expect(body).toMatchObject({
        error: { code: 'conflict', message: expect.stringContaining('one, two') },
      })
    }
    expect((await openSse(`${cloud().url}/stream/${taskId}`, operator)).status).toBe(409)
  })

  test('is streamed while it goes on, resumed, and heard over WebSocket', async () => {
    const taskId = randomUUID()
    agent.become({ kind: 'hold', taskId })
    const send = callAgent('one', ann, 'SendStreamingMessage')
    await until('the task is named', async () => (await page(taskId, ann)).state === 'open')
    const { ticket, url, group } = await negotiate(cloud(), taskId, ann)
    expect(group).not.toContain(taskId)
    const { bells } = await hearBells(url)
    const source = new EventSource(`${cloud().url}/stream/${taskId}?ticket=${ticket}`)
    onTestFinished(() => source.close())
    const types: unknown[] = []
    source.onmessage = ({ data }) => types.push(JSON.parse(String(data)).event_type)
    await until('the first event is seen', () => types.length === 1)
    agent.finish()
    await send
    await until('the EventSource is closed', () => source.readyState === source.CLOSED)
    expect(types).toEqual(['a2a.task', 'a2a.task', 'final_payload'])
    await until('the bell is heard', () => bells.length > 0)
    const rest = await readFrames(
      await openSse(`${cloud().url}/stream/${taskId}`, { ...ann, 'last-event-id': '0' }),
    )
    expect(rest.flatMap(({ id }) => id ?? [])).toEqual(['1', '2'])
  })

  test('is not opened by a ticket of somebody who may not see it, however early it was issued', async () => {
    const taskId = randomUUID()
    const early = await negotiate(cloud(), taskId, bob)
    await runTask('one', ann, taskId)
    const late = await negotiate(cloud(), taskId, bob)
    const own = await negotiate(cloud(), taskId, ann)
    for (const { ticket } of [early, late])
      expect(await page(taskId, {}, `?ticket=${ticket}`)).toMatchObject({ state: 'waiting', events: [] })
    expect((await page(taskId, {}, `?ticket=${own.ticket}`)).state).toBe('closed')
    expect((await get(`/stream/${randomUUID()}?ticket=${own.ticket}`, {})).status).toBe(401)
  })
})
