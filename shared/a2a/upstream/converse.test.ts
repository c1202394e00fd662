import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  agentAt,
  callOf,
  collect,
  createHastyClock,
  openUpstream,
} from '../../../tests/support/open-upstream.ts'
import { answerRpc, type RawAgent, sendJson, startRawAgent } from '../../../tests/support/start-raw-agent.ts'
import type { Agent } from '../../registry/agent.ts'
import type { AgentCall } from '../agent-call.ts'

const signal = new AbortController().signal
const kindTask = (state: string) => ({ kind: 'task', id: 't', contextId: 'c', status: { state } })
const task = (state: string) => ({ id: 't', contextId: 'c', status: { state: `TASK_STATE_${state}` } })
const kindSend = { message: { kind: 'message', messageId: 'm', role: 'user', parts: [] } }
const send = { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] } }
const old = { dialect: { version: '0.3', binding: 'jsonrpc' } } as const

let raw: RawAgent
beforeAll(async () => void (raw = await startRawAgent()))
afterAll(() => raw.stop())
beforeEach(() => void raw.requests.splice(0))

const methods = () => raw.requests.map(({ body }) => (JSON.parse(body) as { method: string }).method)

const pinned = (version: '1.0' | '0.3' | 'seed', wishes: Partial<Agent> = {}): Agent =>
  agentAt(raw.url, { protocol: { version, binding: 'jsonrpc' }, ...wishes })

const run = (agent: Agent, call: AgentCall) =>
  collect(openUpstream({ clock: createHastyClock() }).callAgent(agent, call, { signal }))

test('an agent that has no streams after all is sent to, and asked for its task', async () => {
  answerRpc(raw, { SendMessage: { task: task('WORKING') }, GetTask: task('COMPLETED') })
  const items = await run(pinned('1.0'), callOf('stream', send))
  expect(items.map(({ said }) => JSON.parse(said.text))).toEqual([
    { task: task('WORKING') },
    { task: task('COMPLETED') },
  ])
  expect(methods()).toEqual(['SendStreamingMessage', 'SendMessage', 'GetTask'])
  const params = raw.requests.map(({ body }) => JSON.parse(body).params)
  expect(params[1]).toEqual({ ...send, configuration: { returnImmediately: true } })
  raw.requests.splice(0)
  expect(await run(pinned('1.0'), callOf('subscribe', { id: 't' }))).toHaveLength(1)
  expect(methods()).toEqual(['SubscribeToTask', 'GetTask'])
})

test('a send stays as it is where the agent has no streams', async () => {
  answerRpc(raw, { SendMessage: { task: task('COMPLETED') } })
  const params = { ...send, configuration: { returnImmediately: false } }
  await run(pinned('1.0'), callOf('stream', params))
  await run(pinned('1.0'), callOf('send', send))
  const [, streamed, , sent] = raw.requests.map(({ body }) => JSON.parse(body).params)
  expect([streamed, sent]).toEqual([params, send])
})

test('a task that has ended is not asked for instead of subscribed to', async () => {
  const error = { code: -32004, message: 'It has ended.' }
  raw.answer = (_, response) => sendJson(response, { jsonrpc: '2.0', id: 1, error })
  await expect(run(pinned('1.0'), callOf('subscribe', { id: 't' }))).rejects.toMatchObject({ value: error })
  expect(methods()).toEqual(['SubscribeToTask'])
})

test('a stream that is answered with a task in one piece goes on by asking for it', async () => {
  answerRpc(raw, { 'message/stream': kindTask('submitted'), 'tasks/get': kindTask('completed') })
  expect(await run(pinned('0.3'), callOf('stream', kindSend, old))).toHaveLength(2)
})

test('asking goes on slower and slower, tells only what changed, and bears an agent that is away for a while', async () => {
  const clock = createHastyClock()
  const { callAgent } = openUpstream({ clock })
  let asked = 0
  raw.answer = (_, response) => {
    asked++
    if (asked >= 3 && asked <= 6) return void response.writeHead(503).end()
    const result = task(asked < 12 ? 'WORKING' : 'COMPLETED')
    return sendJson(response, { jsonrpc: '2.0', id: 1, result })
  }
  const agent = pinned('1.0', { a2aCapabilities: { streaming: false } })
  const items = await collect(callAgent(agent, callOf('subscribe', { id: 't' }), { signal }))
  expect(items).toHaveLength(2)
  expect(clock.pauses.slice(0, 3)).toEqual([250, 375, 562.5])
  expect(clock.pauses.at(-1)).toBe(5000)
})

test('asking for a task ends when the agent stays away', async () => {
  answerRpc(raw, {})
  const agent = pinned('1.0', { a2aCapabilities: { streaming: false } })
  await expect(run(agent, callOf('subscribe', { id: 't' }))).rejects.toMatchObject({
    value: { code: -32601 },
  })
  expect(methods()).toEqual(['GetTask'])
  raw.answer = (_, response) => void response.writeHead(503).end()
  await expect(run(agent, callOf('subscribe', { id: 't' }))).rejects.toThrow(/503|times in a row/)
})

test('asking for a task names the tenant, too', async () => {
  const one = { url: '/rpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0', tenant: 'blue' }
  raw.answer = ({ method }, response) => {
    if (method === 'GET') return sendJson(response, { supportedInterfaces: [one] })
    return sendJson(response, { jsonrpc: '2.0', id: 1, result: task('COMPLETED') })
  }
  await run(agentAt(raw.url), callOf('subscribe', { id: 't' }))
  expect(JSON.parse(raw.requests[1]?.body ?? '').params).toEqual({ id: 't', tenant: 'blue' })
})
