import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agentAt, callOf, collect, openUpstream } from '../../../tests/support/open-upstream.ts'
import { type RawAgent, sendEvents, sendJson, startRawAgent } from '../../../tests/support/start-raw-agent.ts'
import type { Agent } from '../../registry/agent.ts'
import type { AgentItem } from '../agent-call.ts'

const signal = new AbortController().signal
const MAX = 4096
const send = callOf('send', { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] } })
const task = (id: string, state = 'TASK_STATE_WORKING') => ({
  task: { id, contextId: 'c', status: { state } },
})
const rpc = (result: unknown, id: unknown = 1) => JSON.stringify({ jsonrpc: '2.0', id, result })

let raw: RawAgent
beforeAll(async () => void (raw = await startRawAgent()))
afterAll(() => raw.stop())
beforeEach(() => void raw.requests.splice(0))

const pinned = (wishes: Partial<Agent> = {}): Agent =>
  agentAt(raw.url, { protocol: { version: '1.0', binding: 'jsonrpc' }, ...wishes })

/** What came before the failure, and the failure. */
const fail = async (wishes: Partial<Agent> = {}, call = send) => {
  const { callAgent } = openUpstream({ maxMessageBytes: MAX })
  const items: AgentItem[] = []
  try {
    for await (const item of callAgent(pinned(wishes), call, { signal })) items.push(item)
  } catch (error) {
    return { items: items.length, error: (error as { value?: unknown }).value ?? error }
  }
  throw new Error('The call did not fail.')
}

const reason = (name: string) => expect.objectContaining({ reason: name })

type Case = { name: string; answer(response: ServerResponse): void; reason: string; items?: number }

const invalid: Array<Omit<Case, 'reason'>> = [
  { name: 'no JSON', answer: (r) => void r.end('{"jsonrpc": nonsense') },
  { name: 'JSON that is no object', answer: (r) => sendJson(r, [1]) },
  { name: 'nothing', answer: (r) => void r.end() },
  { name: 'another id', answer: (r) => sendJson(r, { jsonrpc: '2.0', id: 2, result: task('t') }) },
  { name: 'the id as a text', answer: (r) => sendJson(r, { jsonrpc: '2.0', id: '1', result: task('t') }) },
  { name: 'no result', answer: (r) => sendJson(r, { jsonrpc: '2.0', id: 1 }) },
  { name: 'a result that is no event', answer: (r) => sendJson(r, { jsonrpc: '2.0', id: 1, result: {} }) },
  { name: 'an event that is no JSON', answer: (r) => sendEvents(r, ['nonsense']) },
  { name: 'an event with another id', answer: (r) => sendEvents(r, [rpc(task('t'), 'x')]) },
  {
    name: 'an error event that is no JSON',
    answer: (r) =>
      void r.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: error\ndata: no\n\n'),
  },
  { name: 'a body that is too large', answer: (r) => sendJson(r, 'x'.repeat(MAX)) },
  { name: 'an event that is too large', answer: (r) => sendEvents(r, [rpc(task('x'.repeat(MAX)))]) },
  {
    name: 'an event without end',
    answer: (r) =>
      void r.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${'x'.repeat(3 * MAX)}`),
  },
  {
    name: 'two tasks',
    answer: (r) => sendEvents(r, [rpc(task('t')), rpc(task('u', 'TASK_STATE_COMPLETED'))]),
    items: 1,
  },
]

const failed: Array<Omit<Case, 'reason'>> = [
  { name: 'a page of HTML with 500', answer: (r) => void r.writeHead(500).end('<h1>Oops</h1>') },
  { name: 'a redirect', answer: (r) => void r.writeHead(307, { location: `${raw.url}/elsewhere` }).end() },
  {
    name: 'headers that are too large',
    answer: (r) => void r.writeHead(200, { 'x-large': 'x'.repeat(64 * 1024) }).end(),
  },
  { name: '401', answer: (r) => void r.writeHead(401).end() },
  { name: '403', answer: (r) => void r.writeHead(403).end() },
  {
    name: 'a stream of nothing',
    answer: (r) => void r.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
  },
  {
    name: 'a stream that ends too early',
    answer: (r) => {
      sendEvents(r, [rpc(task('t'))])
      r.end()
    },
    items: 1,
  },
  {
    name: 'a connection that breaks',
    answer: (r) => {
      sendEvents(r, [rpc(task('t'))])
      setImmediate(() => r.destroy())
    },
    items: 1,
  },
]

const cases: Case[] = [
  ...invalid.map((one) => ({ ...one, reason: 'INVALID_AGENT_RESPONSE' })),
  ...failed.map((one) => ({ ...one, reason: 'AGENT_FAILED' })),
]

describe('an agent that answers', () => {
  test.each(cases)('$name: $reason', async (one) => {
    raw.answer = (_, response) => one.answer(response)
    expect(await fail()).toEqual({ items: one.items ?? 0, error: reason(one.reason) })
    expect(raw.requests.map(({ path }) => path)).toEqual(['/'])
  })

  test.each([401, 403])('%i to a client with its own credentials is told so', async (status) => {
    raw.answer = (_, response) => void response.writeHead(status).end()
    const { error } = await fail({ auth: { type: 'passthrough' } }, { ...send, credentials: 'Bearer theirs' })
    expect(error).toMatchObject({ message: expect.stringContaining("caller's own credentials") })
    expect(raw.requests[0]?.headers.authorization).toBe('Bearer theirs')
  })

  test('a task that was not asked for', async () => {
    raw.answer = (_, response) => sendJson(response, { jsonrpc: '2.0', id: 1, result: task('other').task })
    for (const operation of ['get', 'cancel'] as const)
      expect(await fail({}, callOf(operation, { id: 't' }))).toEqual({
        items: 0,
        error: reason('INVALID_AGENT_RESPONSE'),
      })
    raw.answer = (_, response) => sendEvents(response, [rpc(task('other'))])
    expect(await fail({}, callOf('subscribe', { id: 't' }))).toEqual({
      items: 0,
      error: reason('INVALID_AGENT_RESPONSE'),
    })
  })

  test('its own error, in every place it may stand', async () => {
    const error = { code: -32000, message: 'Not today.', data: [{ why: 'rain' }] }
    const said = JSON.stringify({ jsonrpc: '2.0', id: 1, error })
    const places: Array<(response: ServerResponse) => void> = [
      (response) => sendJson(response, { jsonrpc: '2.0', id: 1, error }),
      (response) => sendJson(response, { jsonrpc: '2.0', id: null, error }, 500),
      (response) => sendEvents(response, [said]),
      (response) =>
        void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .write(`event: error\ndata: ${said}\n\n`),
    ]
    for (const answer of places) {
      raw.answer = (_, response) => answer(response)
      expect(await fail()).toEqual({ items: 0, error })
    }
  })
})

describe('an agent that does not answer', () => {
  test('in time', async () => {
    raw.answer = () => undefined
    expect(await fail({ timeoutSeconds: 0.05 })).toEqual({ items: 0, error: reason('TIMEOUT') })
  })

  test('in time, but says that it will', async () => {
    raw.answer = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': soon\n\n')
    expect(await fail({ timeoutSeconds: 0.05 })).toEqual({ items: 0, error: reason('TIMEOUT') })
    raw.answer = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).write('{')
    expect(await fail({ timeoutSeconds: 0.05 })).toEqual({ items: 0, error: reason('TIMEOUT') })
  })

  test('because nobody listens', async () => {
    const gone = await startRawAgent()
    await gone.stop()
    expect(await fail({ fqdn: new URL(gone.url).host })).toEqual({
      items: 0,
      error: reason('AGENT_UNAVAILABLE'),
    })
  })

  test('and is left alone after five failures, for as long as configured', async () => {
    const { callAgent } = openUpstream({ circuit: { failures: 5, openSeconds: 60 } })
    raw.answer = (_, response) => void response.writeHead(503).end()
    const call = () => collect(callAgent(pinned(), send, { signal }))
    for (let failures = 0; failures < 5; failures++)
      await expect(call()).rejects.toMatchObject({ value: { reason: 'AGENT_FAILED' } })
    raw.answer = (_, response) =>
      sendJson(response, { jsonrpc: '2.0', id: 1, result: task('t', 'TASK_STATE_COMPLETED') })
    await expect(call()).rejects.toMatchObject({
      value: { reason: 'AGENT_UNAVAILABLE', retryAfterSeconds: 60 },
    })
    expect(raw.requests).toHaveLength(5)
    expect(await collect(callAgent(pinned({ id: 'other' }), send, { signal }))).toHaveLength(1)
  })

  test('is not left alone for errors of A2A, or credentials it refuses', async () => {
    const { callAgent } = openUpstream({ circuit: { failures: 5, openSeconds: 60 } })
    const call = () => collect(callAgent(pinned(), callOf('get', { id: 't' }), { signal }))
    for (let failures = 0; failures < 6; failures++) {
      raw.answer = (_, response) =>
        failures % 2 === 0
          ? void response.writeHead(401).end()
          : sendJson(response, { jsonrpc: '2.0', id: 1, error: { code: -32001, message: 'Gone.' } })
      await expect(call()).rejects.toThrow(/Gone|refused/)
    }
    expect(raw.requests).toHaveLength(6)
  })
})

test('the client that leaves ends the request, with its own reason', async () => {
  const { callAgent } = openUpstream()
  const closed = new Promise<void>((resolve) => {
    raw.answer = (_, response) => {
      sendEvents(response, [rpc(task('t'))])
      response.on('close', resolve)
    }
  })
  const leaving = new AbortController()
  const talk = callAgent(pinned(), send, { signal: leaving.signal })
  expect((await talk.next()).done).toBe(false)
  leaving.abort(new Error('left'))
  await expect(talk.next()).rejects.toThrow('left')
  await closed
})

test('what is no longer read is closed', async () => {
  const { callAgent } = openUpstream()
  const closed = new Promise<void>((resolve) => {
    raw.answer = (_, response) => {
      sendEvents(response, [rpc(task('t'))])
      response.on('close', resolve)
    }
  })
  const talk = callAgent(pinned(), send, { signal })
  await talk.next()
  await talk.return()
  await closed
})

test('a stream that stays open after its last event is not waited for; one that ends keeps its connection', async () => {
  const { callAgent } = openUpstream()
  const ports = new Set<number | undefined>()
  const run = async (ends: boolean): Promise<void> => {
    raw.answer = (_, response) => {
      ports.add(response.socket?.remotePort)
      sendEvents(response, [rpc(task('t', 'TASK_STATE_COMPLETED'))])
      if (ends) response.end()
    }
    expect(await collect(callAgent(pinned(), send, { signal }))).toHaveLength(1)
  }
  await run(true)
  await run(true)
  expect(ports.size).toBe(1)
  await run(false)
  await run(false)
  expect(ports.size).toBe(2)
})
