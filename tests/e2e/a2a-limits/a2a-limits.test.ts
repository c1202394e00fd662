import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { startHostileAgent } from '../../fixtures/a2a/start-hostile-agent.ts'
import { startSdkAgent } from '../../fixtures/a2a/start-sdk-agent.ts'
import { next, taskIdOf } from '../a2a/behaviour/scenarios.ts'
import { sketch, sketchAll } from '../a2a/behaviour/sketch.ts'
import { flavours } from '../a2a/clients/flavours.ts'
import { post, rpc, sendParams } from '../a2a/support/post.ts'
import { quietSdks } from '../a2a/support/quiet-sdks.ts'
import { writeWorkspace } from '../a2a/support/write-workspace.ts'
import { readPage } from '../support/read-page.ts'
import { openSse, readFrames, type SseAnswer } from '../support/sse.ts'
import { until } from '../support/until.ts'
import { useCloud } from '../support/use-cloud.ts'
import { testConnectedLimits } from './connected.testsuite.ts'

quietSdks()
const agent = await startSdkAgent({ version: '1.0' })
const hostile = await startHostileAgent()
/** A port where nobody listens. */
const CLOSED_PORT = 9
const workspace = writeWorkspace('north', [
  { id: 'echo', port: agent.port, proxyId: 'north', timeout: 1 },
  { id: 'keyed', port: agent.port, proxyId: 'north', messageIdIsKey: true },
  { id: 'hostile', port: hostile.port, proxyId: 'north', timeout: 1 },
  { id: 'broken', port: hostile.port, proxyId: 'north' },
  { id: 'down', port: CLOSED_PORT, proxyId: 'north' },
  { id: 'far', port: CLOSED_PORT, proxyId: 'south', timeout: 1 },
])
afterAll(async () => {
  await Promise.all([agent.stop(), hostile.stop()])
  rmSync(workspace, { recursive: true, force: true })
})

const cloud = useCloud({
  id: 'north',
  env: {
    AGENT_GATEWAY_WORKSPACE: workspace,
    AGENT_GATEWAY_EGRESS__ALLOW: '127.0.0.1',
    AGENT_GATEWAY_A2A__FIRST_ANSWER_SECONDS: '1',
    AGENT_GATEWAY_A2A__SEND_WAIT_SECONDS: '1',
    AGENT_GATEWAY_A2A__STREAM_MINUTES: '0.025',
    AGENT_GATEWAY_A2A__MAX_CONCURRENT_STREAMS: '3',
    AGENT_GATEWAY_A2A__MAX_MESSAGE_BYTES: '4096',
    AGENT_GATEWAY_A2A__BREAKER__FAILURES: '2',
  },
})

const url = (id: string): string => `${cloud().url}/agents/${id}`
const client = (id = 'echo') => flavours['1.0 JSON-RPC'](`${url(id)}/`)
const send = (text: string, messageId: string = randomUUID()) =>
  rpc('SendMessage', sendParams(text, messageId))
const rest = (id: string, text: string, headers = {}) =>
  post(`${url(id)}/v1/message:send`, sendParams(text, randomUUID()), headers)

const Sent = z.object({ result: z.object({ task: z.looseObject({ id: z.string() }) }) })
const taskOf = (body: unknown): string => Sent.parse(body).result.task.id

const openStream = (id: string, text: string, messageId = randomUUID()): Promise<SseAnswer> =>
  openSse(
    url(id),
    { 'content-type': 'application/json', 'a2a-version': '1.0' },
    JSON.stringify(rpc('SendStreamingMessage', sendParams(text, messageId))),
  )

/** The details of an error for this reason. */
const reason = (name: string) => expect.arrayContaining([expect.objectContaining({ reason: name })])

describe('what lasts too long', () => {
  test('a blocking send is answered with the task as it stands, and its log goes on', async () => {
    const { body } = await post(url('echo'), send('slow'))
    expect(body).toMatchObject({ result: { task: { status: { state: 'TASK_STATE_WORKING' } } } })
    const taskId = taskOf(body)
    agent.release(taskId)
    const final = await fetch(`${cloud().url}/final/${taskId}?wait=10`)
    expect(await final.json()).toMatchObject({
      task: { id: taskId, status: { state: 'TASK_STATE_COMPLETED' } },
    })
  })

  test('a send that goes on with a task is answered with the task, too, and its log goes on', async () => {
    const gateway = await client()
    const asked = await gateway.send({ text: 'ask' })
    const taskId = taskIdOf(asked)
    const answer = await gateway.send({ text: 'slowly', taskId })
    expect(answer).toMatchObject({ kind: 'task', id: taskId, state: 'working' })
    agent.release(taskId)
    const final = await fetch(`${cloud().url}/final/${taskId}?wait=10`)
    expect(await final.json()).toMatchObject({ task: { status: { state: 'TASK_STATE_COMPLETED' } } })
  })

  test('a stream ends with an error event; the task goes on and can be subscribed to', async () => {
    const messageId = randomUUID()
    const frames = await readFrames(await openStream('echo', 'slow', messageId))
    const { taskId } = await agent.calls.first(messageId)
    expect(frames.at(-1)?.event).toBe('error')
    expect(JSON.parse(frames.at(-1)?.data ?? '')).toMatchObject({
      error: { code: -32603, data: reason('TIMEOUT') },
    })
    const events = (await client()).resubscribe(taskId)
    expect(await next(events)).toMatchObject({ kind: 'task', id: taskId, state: 'working' })
    agent.release(taskId)
    expect((await sketchAll(events)).at(-1)).toEqual({ status: 'completed', text: '' })
  })

  test('a first answer, of an agent here or of a deployment that is not there', async () => {
    hostile.become({ kind: 'silence' })
    const ask = async (id: string) => {
      const [ofRpc, ofRest] = await Promise.all([post(url(id), send('hello')), rest(id, 'hello')])
      expect(ofRpc).toMatchObject({
        status: 200,
        body: { error: { code: -32603, data: reason('TIMEOUT') } },
      })
      expect(ofRest).toMatchObject({ status: 504, body: { error: { details: reason('TIMEOUT') } } })
    }
    await Promise.all([ask('hostile'), ask('far')])
  })
})

describe('what is too much', () => {
  test('streams: the next one is told to come again, until there is room', async () => {
    const messageIds = [randomUUID(), randomUUID(), randomUUID()]
    const open = await Promise.all(messageIds.map((id) => openStream('echo', 'slow', id)))
    for (const { frames } of open) await frames.next()
    const params = sendParams('hello', randomUUID())
    const ofRest = await post(`${url('echo')}/v1/message:stream`, params)
    expect(ofRest).toMatchObject({ status: 503, body: { error: { details: reason('OVERLOADED') } } })
    expect(Number(ofRest.headers.get('retry-after'))).toBeGreaterThan(0)
    const ofRpc = await post(url('echo'), rpc('SendStreamingMessage', params))
    expect(ofRpc).toMatchObject({
      status: 503,
      body: { jsonrpc: '2.0', id: 1, error: { code: -32603, data: reason('OVERLOADED') } },
    })
    expect((await post(url('echo'), send('hello'))).body).toMatchObject({ result: {} })
    const [left, ...others] = open
    left?.drop()
    await until('there is room', async () => (await openStream('echo', 'message-only')).status === 200)
    for (const { taskId } of await Promise.all(messageIds.map(agent.calls.first))) agent.release(taskId)
    await Promise.all(others.map(readFrames))
  })

  test('bytes of a message', async () => {
    const text = 'x'.repeat(5000)
    expect((await rest('echo', text)).status).toBe(413)
    const ofRpc = await post(url('echo'), send(text))
    expect(ofRpc).toMatchObject({ status: 413, body: { jsonrpc: '2.0', error: { code: -32600 } } })
  })

  test('gateways that a request has passed: an agent that is the gateway itself', async () => {
    const { host } = new URL(cloud().url)
    const definition = {
      id: 'loop',
      group: 'loops',
      fqdn: host,
      scheme: 'http',
      basePath: '/agents/loop',
      protocol: { version: '1.0', binding: 'jsonrpc' },
    }
    const made = await post(`${cloud().url}/v1/admin/agents`, definition)
    expect(made.text).toContain('"loop"')
    const { body, text } = await post(url('loop'), send('hello'))
    expect(body).toMatchObject({ error: { code: expect.any(Number) } })
    expect(text).toContain('has passed 3 gateways')
  })

  test('failures of an agent: it is left alone for a while', async () => {
    for (let call = 0; call < 2; call++) expect((await rest('down', 'hello')).status).toBe(503)
    const ofRest = await rest('down', 'hello')
    expect(ofRest).toMatchObject({ status: 503, body: { error: { details: reason('AGENT_UNAVAILABLE') } } })
    expect(ofRest.text).toContain('2 times in a row; the call was not made')
    expect(Number(ofRest.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('the same request', () => {
  const both = (id: string, body: unknown, headers = {}) =>
    Promise.all([post(url(id), body, headers), post(url(id), body, headers)])

  test('twice at once by its Idempotency-Key: one call, the same answer', async () => {
    const messageId = randomUUID()
    const headers = { 'idempotency-key': randomUUID() }
    const answers = await both('echo', send('hello', messageId), headers)
    expect(new Set(answers.map(({ body }) => taskOf(body))).size).toBe(1)
    expect(agent.calls.of(messageId)).toHaveLength(1)
    expect((await rest('echo', 'other', headers)).status).toBe(409)
    await post(url('keyed'), send('hello', messageId), headers)
    expect(agent.calls.of(messageId)).toHaveLength(2)
  })

  test('by its messageId, where the agent is registered so', async () => {
    const messageId = randomUUID()
    const answers = await both('keyed', send('hello', messageId))
    expect(new Set(answers.map(({ body }) => taskOf(body))).size).toBe(1)
    expect(agent.calls.of(messageId)).toHaveLength(1)
    await both('echo', send('hello', messageId))
    expect(agent.calls.of(messageId)).toHaveLength(3)
  })
})

describe('a task that waits for its client', () => {
  const ask = async (): Promise<string> => taskIdOf(await (await client()).send({ text: 'ask' }))

  test('has an open log, in which everyone sees how it goes on', async () => {
    const taskId = await ask()
    expect((await readPage(cloud(), taskId)).state).toBe('open')
    const viewing = openSse(`${cloud().url}/stream/${taskId}`).then(readFrames)
    await (await client()).send({ text: 'this one', taskId })
    const frames = await viewing
    const texts = frames.map(({ data = '' }) => data)
    expect(texts.some((text) => text.includes('TASK_STATE_INPUT_REQUIRED'))).toBe(true)
    expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({
      event_type: 'final_payload',
      payload: { task: { id: taskId, status: { state: 'TASK_STATE_COMPLETED' } } },
    })
    expect(texts.at(-1)).toContain('answered: this one')
  })

  test('is cancelled: its log ends, once', async () => {
    const taskId = await ask()
    const gateway = await client()
    expect(sketch(await gateway.cancel(taskId))).toMatchObject({ task: 'canceled' })
    const { state, events } = await readPage(cloud(), taskId)
    expect(state).toBe('closed')
    expect(events.at(-1)).toMatchObject({
      event_type: 'final_payload',
      payload: { task: { status: { state: 'TASK_STATE_CANCELED' } } },
    })
    await gateway.get(taskId)
    expect((await readPage(cloud(), taskId)).events).toHaveLength(events.length)
  })
})

test('a task whose call broke off is subscribed to anew', async () => {
  hostile.become({ kind: 'break-off' })
  const { frames } = await openStream('broken', 'hello')
  const first = await frames.next()
  const taskId = taskOf(JSON.parse(first.value?.data ?? ''))
  hostile.become({ kind: 'two-tasks' })
  for await (const frame of frames) expect(frame.data).toBeDefined()
  expect((await readPage(cloud(), taskId)).state).toBe('failed')
  hostile.become({ kind: 'hold', taskId })
  onTestFinished(() => hostile.finish())
  const events = (await client('broken')).resubscribe(taskId)
  expect(await next(events)).toMatchObject({ kind: 'task', id: taskId, state: 'working' })
  hostile.finish()
  expect(await sketchAll(events)).toMatchObject([{ task: 'completed' }])
})

test('a message to a task that did not arrive is said to have failed, whatever the task says', async () => {
  const taskId = randomUUID()
  hostile.become({ kind: 'hold', taskId })
  onTestFinished(() => hostile.finish())
  const { frames } = await openStream('broken', 'hello')
  await frames.next()
  hostile.become({ kind: 'status', status: 500 })
  const { message } = sendParams('and this', randomUUID())
  const { body } = await post(url('broken'), rpc('SendMessage', { message: { ...message, taskId } }))
  expect(body).toMatchObject({ error: { code: -32603, data: reason('AGENT_FAILED') } })
  hostile.finish()
  for await (const { event } of frames) expect(event).toBeUndefined()
  expect((await readPage(cloud(), taskId)).state).toBe('closed')
})

testConnectedLimits(cloud)
