import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ulid } from 'ulid'
import { type RunningStorage, startStorage } from '../../../local/storage/start-storage.ts'
import { unavailable } from '../../../shared/kernel/errors.ts'
import { jsonMembers } from '../../../shared/kernel/json-members.ts'
import { createLog } from '../../../shared/kernel/log.ts'
import { createExecute } from '../../../shared/signaling/exec/create-execute.ts'
import type { ExecCall } from '../../../shared/signaling/exec/exec-call.ts'
import { createReceiveExecResponse } from '../../../shared/signaling/exec/create-receive-exec-response.ts'
import { createRequestIds } from '../../../shared/signaling/exec/create-request-ids.ts'
import type { ExecReply } from '../../../shared/signaling/exec/exec-reply.ts'
import { createGatewayIdentity } from '../../../shared/signaling/identity/create-gateway-identity.ts'
import { readMessage } from '../../../shared/signaling/identity/read-message.ts'
import { toKeyObject } from '../../../shared/signaling/identity/to-key-object.ts'
import { parseDid } from '../../../shared/signaling/identity/parse-did.ts'
import { verifySignature } from '../../../shared/signaling/identity/verify-signature.ts'
import { createAppender } from '../../../shared/streams/append.ts'
import type { StreamStateStore } from '../../../shared/streams/stream-state-store.ts'
import { createTestAgent, type Parts } from '../../fixtures/signaling/create-test-agent.ts'
import { type createTestBell, openStreams } from '../../support/open-streams.ts'
import { openWatch, whileTimePasses } from '../../support/open-watch.ts'

const MAX_BYTES = 100_000
const HOUR_MS = 3_600_000
let storage: RunningStorage
let store: StreamStateStore

beforeAll(async () => {
  storage = await startStorage({})
  store = openStreams(storage.connectionString)
})
afterAll(() => storage.stop())

const secretKey = () => 'a secret of this deployment, 0123456789'
const requestIds = createRequestIds({ secretKey, createId: () => ulid() })
const identity = createGatewayIdentity({ secretKey })
const agent = createTestAgent()
const call: ExecCall = {
  method: 'SendStreamingMessage',
  params: '{ "n": 1.0, "text": "\\u00e9" }',
  headers: { traceparent: '00-1' },
  stream: true,
  timeoutMs: 30_000,
}

type Options = {
  lose?: Parameters<typeof createTestBell>[0]
  forward?: (did: string, frame: string) => Promise<void>
}

/** A process that makes calls, and another one that hears what agents answer. */
const open = ({ lose, forward }: Options = {}) => {
  const { bell, clock, watchers, lines } = openWatch(store, lose === undefined ? {} : { lose })
  const frames: Array<{ did: string; text: string }> = []
  const log = createLog({ level: 'debug', clock, write: (line) => lines.push(line) })
  const execute = createExecute({
    sockets: {
      forward: async (did, text) => {
        frames.push({ did, text })
        await forward?.(did, text)
      },
    },
    identity,
    requestIds,
    watch: watchers.watch,
    clock,
    log,
    maxFrameBytes: MAX_BYTES,
  })
  const { appendAll } = createAppender({ store, clock, ttlMs: HOUR_MS })
  const receive = createReceiveExecResponse({ requestIds, appendAll, bell, log })
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  const replies = execute(agent.did, call, { signal: leaving.signal })
  return {
    execute,
    bell,
    clock,
    lines,
    frames,
    replies,
    leaving,
    /** Begins the call; answers the id of its request, and the first answer to come. */
    begin: async () => {
      const first = replies.next()
      while (frames.length === 0) await new Promise(setImmediate)
      return { requestId: readMessage(frames[0]?.text ?? '', { maxBytes: MAX_BYTES }).message.id, first }
    },
    /** What an agent says, as the webhook of some process hears it. */
    answer: (
      parts: Parts,
      text = agent.sign({ type: 'EXEC_RESPONSE', to: identity.did, ...parts }),
      did = agent.did,
    ) => {
      const { message } = readMessage(text, { maxBytes: MAX_BYTES })
      if (message.type !== 'EXEC_RESPONSE') throw new Error('This is no answer.')
      return receive(did, message, text)
    },
  }
}

const collect = async (replies: AsyncIterable<ExecReply>): Promise<ExecReply[]> => {
  const all: ExecReply[] = []
  for await (const reply of replies) all.push(reply)
  return all
}

test('an agent is asked by a frame that the gateway has signed, with the params byte for byte', async () => {
  const { begin, frames } = open()
  const { requestId } = await begin()
  const [{ did, text } = { did: '', text: '' }] = frames
  expect(did).toBe(agent.did)
  const read = readMessage(text, { maxBytes: MAX_BYTES })
  expect(read.message).toMatchObject({
    id: requestId,
    from: identity.did,
    to: agent.did,
    type: 'EXEC_REQUEST',
    payload: { args: { method: call.method, headers: call.headers }, timeout_ms: 30_000, stream: true },
  })
  const args = jsonMembers(jsonMembers(jsonMembers(text).get('payload') ?? '').get('args') ?? '')
  expect(args.get('params')).toBe(call.params)
  const gateway = parseDid(identity.did)
  if (gateway.method !== 'key') throw new Error('The gateway has a did:key.')
  expect(() => verifySignature(read, { key: toKeyObject(gateway.publicKey), bareTime: false })).not.toThrow()
})

test('answers come in order, byte for byte, until the last one', async () => {
  const { begin, answer, replies } = open()
  const { requestId, first } = await begin()
  for (const n of [1, 2])
    await answer({ correlation_id: requestId, payload: { status: 'streaming', result: { n } } })
  await answer({ correlation_id: requestId, payload: { status: 'completed' } })
  await answer({ correlation_id: requestId, payload: { status: 'streaming', result: { late: 1 } } })
  expect([(await first).value, ...(await collect(replies))]).toEqual([
    { status: 'streaming', result: '{"n":1}' },
    { status: 'streaming', result: '{"n":2}' },
    { status: 'completed' },
  ])
})

test('answers whose bell is lost are found', async () => {
  const { begin, answer, replies, clock } = open({ lose: () => true })
  const { requestId, first } = await begin()
  await answer({ correlation_id: requestId, payload: { status: 'streaming', result: { n: 1 } } })
  expect((await whileTimePasses(clock, first)).value).toEqual({ status: 'streaming', result: '{"n":1}' })
  await answer({ correlation_id: requestId, payload: { status: 'failed', error: 'no' } })
  expect(await whileTimePasses(clock, collect(replies))).toEqual([{ status: 'failed', error: '"no"' }])
})

test('the same answer again is the same answer; another one under its id is none', async () => {
  const { begin, answer, replies, lines } = open()
  const { requestId, first } = await begin()
  const parts = { id: 'same', correlation_id: requestId, payload: { status: 'streaming', result: { n: 1 } } }
  await answer(parts)
  await answer(parts)
  await answer({ ...parts, payload: { status: 'streaming', result: { n: 2 } } })
  await answer({ correlation_id: requestId, payload: { status: 'completed' } })
  expect([(await first).value, ...(await collect(replies))]).toEqual([
    { status: 'streaming', result: '{"n":1}' },
    { status: 'completed' },
  ])
  expect(lines.some((line) => line.includes('used a message id twice'))).toBe(true)
})

test('nobody answers but the agent that was asked', async () => {
  const { begin, answer } = open()
  const { requestId } = await begin()
  const unknown = { code: 'UNKNOWN_AGENT', reason: 'unknown_request' }
  const other = createTestAgent()
  const payload = { status: 'completed', result: {} }
  const text = other.sign({ type: 'EXEC_RESPONSE', to: identity.did, correlation_id: requestId, payload })
  await expect(answer({}, text, other.did)).rejects.toMatchObject(unknown)
  await expect(answer({ correlation_id: 'made up', payload })).rejects.toMatchObject(unknown)
  await expect(answer({ payload })).rejects.toMatchObject(unknown)
})

test('an answer costs one storage operation', async () => {
  const { begin, answer } = open()
  const { requestId } = await begin()
  const say = (n: number) =>
    answer({ correlation_id: requestId, payload: { status: 'streaming', result: { n } } })
  await say(0)
  storage.meter.reset()
  for (let n = 1; n <= 10; n++) await say(n)
  expect(storage.meter.read().operations).toEqual({ 'table.batch': 10 })
})

test('a call that cannot be handed over is none, and nothing goes on waiting for it', async () => {
  const { replies, bell } = open({
    forward: () => Promise.reject(unavailable('Web PubSub does not answer.')),
  })
  await expect(replies.next()).rejects.toMatchObject({ status: 503 })
  expect(bell.listening()).toBe(0)
})

test.each([
  ['is too large for a frame', { text: 'x'.repeat(MAX_BYTES) }, 413],
  ['cannot be signed', { text: '\ud800' }, 400],
])('a call that %s is not made', async (_name, params, status) => {
  const { execute, frames } = open()
  const replies = execute(
    agent.did,
    { ...call, params: JSON.stringify(params) },
    { signal: new AbortController().signal },
  )
  await expect(replies.next()).rejects.toMatchObject({ status })
  expect(frames).toEqual([])
})

test('who leaves hears nothing more', async () => {
  const { begin, leaving, bell } = open()
  const { first } = await begin()
  leaving.abort()
  expect(await first).toEqual({ done: true, value: undefined })
  expect(bell.listening()).toBe(0)
})
