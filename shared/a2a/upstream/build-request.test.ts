import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  agentAt,
  callOf,
  collect,
  createHastyClock,
  openUpstream,
} from '../../../tests/support/open-upstream.ts'
import {
  answerRpc,
  type RawAgent,
  sendEvents,
  sendJson,
  startRawAgent,
} from '../../../tests/support/start-raw-agent.ts'
import type { Agent } from '../../registry/agent.ts'
import type { AgentCall } from '../agent-call.ts'

const signal = new AbortController().signal
const kindTask = (state: string) => ({ kind: 'task', id: 't', contextId: 'c', status: { state } })
const task = (state: string) => ({ id: 't', contextId: 'c', status: { state: `TASK_STATE_${state}` } })
const kindSend = { message: { kind: 'message', messageId: 'm', role: 'user', parts: [] } }
const old = { dialect: { version: '0.3', binding: 'jsonrpc' } } as const

let raw: RawAgent
beforeAll(async () => void (raw = await startRawAgent()))
afterAll(() => raw.stop())
beforeEach(() => void raw.requests.splice(0))

const pinned = (version: '1.0' | '0.3' | 'seed', wishes: Partial<Agent> = {}): Agent =>
  agentAt(raw.url, { protocol: { version, binding: 'jsonrpc' }, ...wishes })

const run = (agent: Agent, call: AgentCall) =>
  collect(openUpstream({ clock: createHastyClock() }).callAgent(agent, call, { signal }))

test('what the client and the agent say in the same words passes byte for byte', async () => {
  const params = '{ "message": {"messageId":"m","n": 12345678901234567890, "role":"ROLE_USER","parts":[ ]}}'
  const said = '{ "task" :{"id":"t", "n": 1.0,"contextId":"c","status":{"state":"TASK_STATE_COMPLETED"}} }'
  raw.answer = (_, response) => sendEvents(response, [`{"result":${said} ,"id":1,"jsonrpc":"2.0"}`])
  const items = await run(pinned('1.0'), { ...callOf('send', {}), params })
  expect(items).toEqual([{ kind: 'event', said: { text: said } }])
  expect(raw.requests[0]?.body).toBe(
    `{"jsonrpc":"2.0","id":1,"method":"SendStreamingMessage","params":${params}}`,
  )
})

test('only what may travel does, and each version gets its own words for versions and extensions', async () => {
  answerRpc(raw, { GetTask: task('COMPLETED'), 'tasks/get': kindTask('completed') })
  const headers = {
    'a2a-version': '1.0',
    'a2a-extensions': 'urn:x',
    'a2a-tenant-hint': 'y',
    traceparent: '00-1-2-03',
    cookie: 'secret=1',
    authorization: 'Bearer gateway',
    'x-from-agent': 'alice',
  }
  const call = callOf('get', { id: 't' }, { headers })
  await run(pinned('1.0'), call)
  await run(pinned('0.3'), call)
  const [v10, v03] = raw.requests.map((request) => request.headers)
  expect(v10).toMatchObject({ 'a2a-version': '1.0', 'a2a-extensions': 'urn:x', 'x-from-agent': 'alice' })
  expect(v03).toMatchObject({ 'x-a2a-extensions': 'urn:x', 'a2a-tenant-hint': 'y', traceparent: '00-1-2-03' })
  expect(v03).not.toHaveProperty('a2a-version')
  expect(v03).not.toHaveProperty('a2a-extensions')
  for (const given of [v10, v03]) {
    expect(given).not.toHaveProperty('cookie')
    expect(given).not.toHaveProperty('authorization')
  }
})

test('the tenant of a card is named in every request', async () => {
  const one = { url: 'http://elsewhere.example/a2a', protocolVersion: '1.0', tenant: 'blue/1' }
  const cardOf = (protocolBinding: string) => ({ supportedInterfaces: [{ ...one, protocolBinding }] })
  for (const binding of ['JSONRPC', 'HTTP+JSON']) {
    raw.answer = ({ method, path }, response) => {
      if (path.startsWith('/.well-known')) return sendJson(response, cardOf(binding))
      return sendJson(
        response,
        method === 'POST' ? { jsonrpc: '2.0', id: 1, result: task('WORKING') } : task('WORKING'),
      )
    }
    await run(agentAt(raw.url), callOf('get', { id: 't' }))
  }
  const [, rpc, , rest] = raw.requests
  expect([rpc?.path, JSON.parse(rpc?.body ?? '').params]).toEqual(['/a2a', { id: 't', tenant: 'blue/1' }])
  expect(rest?.path).toBe('/a2a/blue%2F1/tasks/t')
})

test('the card of an agent adds a path below its base path, never a host', async () => {
  const url = 'https://elsewhere.example/rpc'
  raw.answer = ({ method }, response) =>
    sendJson(response, method === 'GET' ? { url } : { jsonrpc: '2.0', id: 1, result: kindTask('working') })
  await run(agentAt(raw.url, { basePath: '/agents/echo' }), callOf('get', { id: 't' }))
  expect(raw.requests.map(({ path }) => path)).toEqual([
    '/agents/echo/.well-known/agent.json',
    '/agents/echo/rpc',
  ])
})

test('an agent of the seed gets the body that the client sent, at the path of what it asks', async () => {
  const id = '"c\\u0031"'
  raw.answer = (_, response) =>
    sendJson(response, { jsonrpc: '2.0', id: 'c1', result: kindTask('completed') })
  const call = { ...callOf('send', kindSend, old), id }
  expect(await run(pinned('seed'), call)).toHaveLength(1)
  expect(raw.requests).toMatchObject([
    {
      path: '/v1/messages:send',
      body: `{"jsonrpc":"2.0","id":${id},"method":"message/send","params":${JSON.stringify(kindSend)}}`,
    },
  ])
})

test('an agent of the seed is called at the path of each operation, in words of 0.3', async () => {
  answerRpc(raw, { 'message/send': kindTask('completed'), 'tasks/get': kindTask('completed') })
  const seed = pinned('seed', { a2aCapabilities: { streaming: false }, basePath: '/base' })
  await run(seed, callOf('send', kindSend, old))
  await run(seed, callOf('get', { id: 't' }))
  expect(raw.requests.map(({ path }) => path)).toEqual(['/base/v1/messages:send', '/base/v1/tasks:get'])
  expect(raw.requests[0]?.body).toContain(`"method":"message/send","params":${JSON.stringify(kindSend)}`)
  raw.requests.splice(0)
  const [told] = await run(seed, callOf('subscribe', { id: 't' }))
  expect(told?.said.original).toEqual({ shape: '0.3', text: JSON.stringify(kindTask('completed')) })
  expect(raw.requests.map(({ path }) => path)).toEqual(['/base/v1/tasks:get'])
  await expect(run(seed, callOf('list', {}))).rejects.toMatchObject({ value: { code: -32004 } })
})

test('a stream of the seed is read like any other', async () => {
  raw.answer = (_, response) =>
    sendEvents(response, [JSON.stringify({ jsonrpc: '2.0', id: 1, result: kindTask('completed') })])
  expect(await run(pinned('seed'), callOf('stream', kindSend, old))).toHaveLength(1)
  expect(raw.requests.map(({ path }) => path)).toEqual(['/v1/messages:stream'])
})
