import { describe, expect, test } from 'vitest'
import { connectedAgent } from '../../../../tests/fixtures/connected-agent.ts'
import { createManualClock } from '../../../../tests/fixtures/manual-clock.ts'
import { callOf, collect, createHastyClock } from '../../../../tests/support/open-upstream.ts'
import { type Clock, systemClock } from '../../../kernel/clock.ts'
import { badRequest, tooLarge, unavailable } from '../../../kernel/errors.ts'
import type { ConnectedAgent } from '../../../registry/connected-agents.ts'
import { createConnectedUpstream } from './create-connected-upstream.ts'
import type { ExecReply, ExecRequest } from './execute.ts'
import { GRACE_MS } from './watch-presence.ts'

type Answers = (request: ExecRequest, signal: AbortSignal) => AsyncGenerator<ExecReply> | ExecReply[]

const signal = new AbortController().signal
const MAX = 1_000_000

/** An agent that answers as it is told; what it was asked is written down. */
const open = (answers: Answers, { agent = connectedAgent(), clock = systemClock as Clock } = {}) => {
  const requests: ExecRequest[] = []
  let found: ConnectedAgent | undefined = agent
  const { callAgent, cards } = createConnectedUpstream({
    execute: async function* (did, request, options) {
      expect(did).toBe(agent.did)
      requests.push(request)
      yield* answers(request, options.signal)
    },
    connected: { find: async () => found },
    clock,
    maxMessageBytes: MAX,
    sendWaitSeconds: 200,
    circuit: { failures: 5, openSeconds: 10 },
  })
  const call = (operation: Parameters<typeof callOf>[0], params: unknown, wishes = {}) =>
    callAgent(agent, callOf(operation, params, wishes), { signal })
  return { agent, call, callAgent, cards, requests, leave: () => void (found = undefined) }
}

/** How a call fails. */
const failureOf = async (items: AsyncIterable<unknown>): Promise<unknown> =>
  collect(items).then(
    () => 'nothing',
    (error: { value?: unknown }) => error.value ?? error,
  )
const reason = (name: string) => expect.objectContaining({ reason: name })

const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] }
const event = (state: string) => JSON.stringify({ task: { id: 't', contextId: 'c', status: { state } } })
const streaming = (state: string): ExecReply => ({ status: 'streaming', result: event(state) })
const done: ExecReply = { status: 'completed' }
const texts = (items: Array<{ said: { text: string } }>): string[] => items.map(({ said }) => said.text)

/** Says nothing until nobody listens any more. */
async function* silence(until: AbortSignal, first: readonly ExecReply[] = []): AsyncGenerator<ExecReply> {
  yield* first
  if (!until.aborted) await new Promise((resolve) => until.addEventListener('abort', resolve, { once: true }))
}

/** Lets time pass until a promise settles. */
const pass = async <Value>(clock: ReturnType<typeof createManualClock>, promise: Promise<Value>) => {
  let settled = false
  void promise.then(() => void (settled = true))
  while (!settled) {
    clock.advance(500)
    await new Promise(setImmediate)
  }
  return promise
}

describe('a call', () => {
  test('goes as a stream, in the shape of 1.0, with the headers that travel', async () => {
    const { call, requests } = open(() => [
      streaming('TASK_STATE_WORKING'),
      streaming('TASK_STATE_COMPLETED'),
    ])
    const old = { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', text: 'x' }] }
    const items = await collect(
      call(
        'send',
        { message: old },
        {
          dialect: { version: '0.3', binding: 'jsonrpc' },
          headers: { traceparent: '00-1', 'x-a2a-extensions': 'urn:x', accept: '*/*', 'a2a-version': '0.3' },
        },
      ),
    )
    expect(texts(items)).toEqual([event('TASK_STATE_WORKING'), event('TASK_STATE_COMPLETED')])
    expect(requests).toEqual([
      {
        method: 'SendStreamingMessage',
        params: JSON.stringify({ message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] } }),
        headers: { traceparent: '00-1', 'a2a-version': '1.0', 'a2a-extensions': 'urn:x' },
        stream: true,
        timeoutMs: 30_000,
      },
    ])
  })

  test('in the shape of 1.0 goes byte for byte, and so does its answer', async () => {
    const text = '{ "id" : "t" , "historyLength": 10 }'
    const result = '{ "id": "t",  "metadata": {"n": 1.0} }'
    const { agent, callAgent, requests } = open(() => [{ status: 'completed', result }])
    const items = await collect(callAgent(agent, { ...callOf('get', {}), params: text }, { signal }))
    expect(items).toEqual([{ kind: 'result', said: { text: result } }])
    expect(requests).toMatchObject([{ method: 'GetTask', params: text, stream: false }])
  })

  test('that is answered by one whole task which goes on is asked for until it ends', async () => {
    const agent = connectedAgent({ card: JSON.stringify({ capabilities: { streaming: false } }) })
    const clock = createHastyClock()
    let polls = 0
    const answers: Answers = ({ method }) =>
      method === 'SendMessage'
        ? [{ ...done, result: event('TASK_STATE_WORKING') }]
        : [
            {
              ...done,
              result: `{"id":"t","status":{"state":"TASK_STATE_${++polls < 2 ? 'WORKING' : 'COMPLETED'}"}}`,
            },
          ]
    const { call, requests } = open(answers, { agent, clock })
    expect(await collect(call('stream', { message }))).toHaveLength(3)
    expect(requests.map(({ method }) => method)).toEqual(['SendMessage', 'GetTask', 'GetTask'])
    expect(JSON.parse(requests[0]?.params ?? '')).toMatchObject({
      configuration: { returnImmediately: true },
    })
  })

  test('of the card is answered without the agent', async () => {
    const { call, requests, cards, agent } = open(() => [])
    const { text } = await cards.get(agent)
    expect(await collect(call('card', {}))).toEqual([{ kind: 'result', said: { text } }])
    expect(requests).toEqual([])
  })

  test('ends the listening when nobody wants it any more', async () => {
    const { agent, callAgent } = open((_request, until) => silence(until, [streaming('TASK_STATE_WORKING')]))
    const leaving = new AbortController()
    const items = callAgent(agent, callOf('stream', { message }), { signal: leaving.signal })
    await items.next()
    const next = items.next()
    leaving.abort(new Error('The client has left.'))
    await expect(next).rejects.toThrow('The client has left.')
  })
})

describe('a call is not made', () => {
  test('of an agent that takes none', async () => {
    const { call, requests } = open(() => [], { agent: connectedAgent({ capabilities: ['chess'] }) })
    expect(await failureOf(call('send', { message }))).toEqual(reason('UNSUPPORTED_OPERATION'))
    expect(requests).toEqual([])
  })

  test('of an agent that has left', async () => {
    const { call, requests, leave } = open(() => [])
    leave()
    expect(await failureOf(call('get', { id: 't' }))).toEqual(reason('AGENT_UNAVAILABLE'))
    expect(requests).toEqual([])
  })

  test.each([
    [tooLarge('It is too large.'), 'TOO_LARGE'],
    [badRequest('It cannot be signed.'), 'INVALID_PARAMS'],
    [unavailable('Web PubSub does not answer.'), 'GATEWAY_UNAVAILABLE'],
  ])('that cannot be handed over: %s', async (error, name) => {
    const { call } = open(() => {
      throw error
    })
    expect(await failureOf(call('send', { message }))).toEqual(reason(name))
  })
})

describe('a call fails', () => {
  test('with what the agent says', async () => {
    const error = JSON.stringify({ code: -32001, message: 'No such task.' })
    const { call } = open(() => [{ status: 'failed', error }])
    expect(await failureOf(call('subscribe', { id: 't' }))).toEqual(JSON.parse(error))
  })

  test.each<[string, ExecReply[], string]>([
    ['ends before its task does', [streaming('TASK_STATE_WORKING'), done], 'AGENT_FAILED'],
    ['says nothing that can be read', [{ status: 'streaming', result: '{}' }], 'INVALID_AGENT_RESPONSE'],
    ['ends without a word', [], 'AGENT_FAILED'],
  ])('when the stream %s', async (_name, replies, name) => {
    const { call } = open(() => replies)
    expect(await failureOf(call('stream', { message }))).toEqual(reason(name))
  })

  test('when the agent tells of another task', async () => {
    const { call } = open(() => [{ ...done, result: '{"id":"u"}' }])
    expect(await failureOf(call('get', { id: 't' }))).toEqual(reason('INVALID_AGENT_RESPONSE'))
  })

  test('when there is no first answer in time', async () => {
    const clock = createManualClock()
    const { call } = open((_request, until) => silence(until), { clock })
    expect(await pass(clock, failureOf(call('stream', { message })))).toEqual(reason('TIMEOUT'))
  })

  test('when the agent leaves in the middle and does not come back', async () => {
    const clock = createManualClock()
    const { call, leave } = open((_request, until) => silence(until, [streaming('TASK_STATE_WORKING')]), {
      clock,
    })
    const items = call('stream', { message })
    await items.next()
    leave()
    const begun = clock.now()
    expect(await pass(clock, failureOf(items))).toEqual(reason('AGENT_FAILED'))
    expect(clock.now() - begun).toBeGreaterThanOrEqual(GRACE_MS)
  })
})
