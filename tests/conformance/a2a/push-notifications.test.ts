import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createClaimInline } from '../../../shared/a2a/push/claim-inline.ts'
import { withCallbacks } from '../../../shared/a2a/push/with-callbacks.ts'
import type { AgentCall, CallAgent } from '../../../shared/a2a/agent-call.ts'
import type { A2aVersion } from '../../../shared/contract/a2a/dialect.ts'
import { PushDelivery } from '../../../shared/contract/a2a/push-delivery.ts'
import type { Agent } from '../../../shared/registry/agent.ts'
import { startSdkAgent, type SdkAgent } from '../../fixtures/a2a/start-sdk-agent.ts'
import { openPush, startWebhook } from '../../support/open-push.ts'

let storage: RunningStorage
let push: Awaited<ReturnType<typeof openPush>>
let webhook: Awaited<ReturnType<typeof startWebhook>>

beforeAll(async () => {
  // The official servers tell on the console of every notification that they send.
  vi.spyOn(console, 'info').mockImplementation(() => {})
  storage = await startStorage({})
})
beforeEach(async () => {
  const { connectionString } = storage
  ;[push, webhook] = [await openPush({ connectionString }), await startWebhook()]
})
afterEach(async () => {
  await Promise.all([push.door.stop(), webhook.stop()])
})
afterAll(() => storage.stop())

const task = { agentId: 'agent', stream: 'corr-1' }
const keep = (version: A2aVersion, config: object = {}) =>
  push.configs.keep(
    { ...task, owner: 'me' },
    { config: { id: '', url: `${webhook.url}/hook?k=hidden`, ...config }, version },
  )
const status = (state: string, extra: object = {}) =>
  JSON.stringify({ statusUpdate: { taskId: 't1', contextId: 'c1', status: { state }, ...extra } })
const receive = (text: string, notificationId = 'n1') =>
  push.receiveNotification({ ...task, notificationId, said: { text } })

/** Calls an agent as the gateway does, by JSON-RPC, with a send whose config is the client's. */
const callAgentOf = (agent: SdkAgent, version: A2aVersion): CallAgent =>
  async function* (_agent, call) {
    const method = version === '1.0' ? 'SendMessage' : 'message/send'
    const answer = await fetch(`${agent.url}/rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(version === '1.0' ? { 'a2a-version': '1.0' } : {}) },
      body: `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${call.params}}`,
    })
    yield { kind: 'result', said: { text: await answer.text() } }
  }

const sendParams = (version: A2aVersion): string => {
  const { url } = webhook
  const text = { text: 'hello' }
  return version === '1.0'
    ? JSON.stringify({
        message: { messageId: 'm', role: 'ROLE_USER', parts: [text] },
        configuration: {
          taskPushNotificationConfig: {
            url,
            token: 'client-token',
            authentication: { scheme: 'Bearer', credentials: 'client-secret' },
          },
        },
      })
    : JSON.stringify({
        message: { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', ...text }] },
        configuration: { blocking: true, pushNotificationConfig: { url, token: 'client-token' } },
      })
}

test.each(['1.0', '0.3'] as const)(
  'an agent of %s notifies its client through the gateway',
  async (version) => {
    const agent = await startSdkAgent({ version })
    try {
      const call: AgentCall = {
        agentId: task.agentId,
        operation: 'send',
        params: sendParams(version),
        headers: {},
        dialect: { version, binding: 'jsonrpc' },
      }
      const claim = createClaimInline({ pushConfigs: push.configs, proxyId: 'here' })
      const prepared = await claim({ subject: 'me', dialect: call.dialect }, call)(task.stream)
      expect(prepared.params).not.toMatch(/client-token|client-secret/)
      const calling = withCallbacks(callAgentOf(agent, version), push.callbacks)
      const options = { signal: new AbortController().signal }
      const answers = []
      for await (const { said } of calling({} as Agent, prepared, options))
        answers.push(JSON.parse(said.text))
      expect(answers).toMatchObject([{ result: {} }])
      await push.door.until(() => push.queue.length === 6)
      expect(new Set(push.door.statuses)).toEqual(new Set([202]))
      await push.drain()
      const bodies = webhook.hits.map(({ body }) => JSON.parse(body))
      if (version === '1.0') {
        expect(bodies.map((body) => Object.keys(body)[0]).toSorted()).toEqual([
          'artifactUpdate',
          'artifactUpdate',
          'artifactUpdate',
          'statusUpdate',
          'statusUpdate',
          'task',
        ])
      } else {
        for (const body of bodies) expect(body).toMatchObject({ kind: 'task', id: expect.any(String) })
        expect(bodies.map((body) => body.status.state)).toContain('completed')
      }
      const [hit] = webhook.hits
      expect(hit?.headers).toMatchObject({
        'content-type': version === '1.0' ? 'application/a2a+json' : 'application/json',
        'x-a2a-notification-token': 'client-token',
        'a2a-notification-token': 'client-token',
        ...(version === '1.0' ? { authorization: 'Bearer client-secret' } : {}),
      })
      expect(new Set(webhook.hits.map(({ headers }) => headers['x-notification-id'])).size).toBe(6)
      expect(push.aside).toEqual([])
    } finally {
      await agent.stop()
    }
  },
)

const callBack = async (options: { target?: object; headers?: object; body?: string; path?: string }) => {
  const config = push.callbacks.configFor({ ...task, askingProxyId: 'here', ...options.target })
  const headers = { 'x-a2a-notification-token': config?.token ?? '', ...options.headers }
  const url = `${config?.url ?? ''}${options.path ?? ''}`
  const body = options.body ?? status('TASK_STATE_WORKING')
  return (await fetch(url, { method: 'POST', headers, body })).status
}

test('a callback of another deployment is handed to the bus, with whose it is', async () => {
  expect(await callBack({ target: { askingProxyId: 'there' } })).toBe(202)
  expect(push.relayed).toEqual([
    {
      ...task,
      askingProxyId: 'there',
      notificationId: expect.any(String),
      said: { text: status('TASK_STATE_WORKING') },
    },
  ])
})

test('a wrong address, a wrong token and what is no notification are refused, never with a 5xx', async () => {
  await keep('1.0')
  expect(await callBack({ path: 'x' })).toBe(404)
  expect(await callBack({ headers: { 'x-a2a-notification-token': 'guess' } })).toBe(401)
  for (const body of ['', 'x', '[]', 'null', '{}', '{"task":1}', '{"kind":"task"}', '{"kind":"task","id":7}'])
    expect([body, await callBack({ body })]).toEqual([body, 400])
  expect(push.queue).toEqual([])
})

test('every config gets its own message, and a client of 0.3 the whole task', async () => {
  await keep('1.0')
  await keep('0.3', { url: `${webhook.url}/old` })
  push.task.events = [
    JSON.stringify({ task: { id: 't1', contextId: 'c1', status: { state: 'TASK_STATE_SUBMITTED' } } }),
  ]
  await receive(status('TASK_STATE_COMPLETED'))
  await push.drain()
  const [old, current] = webhook.hits.toSorted((a, b) => (a.path > b.path ? -1 : 1))
  expect(JSON.parse(current?.body ?? '')).toEqual(JSON.parse(status('TASK_STATE_COMPLETED')))
  expect(JSON.parse(old?.body ?? '')).toMatchObject({
    kind: 'task',
    id: 't1',
    status: { state: 'completed' },
  })
})

test('what 0.3 has no words for reaches the clients of 1.0 all the same', async () => {
  await keep('0.3')
  await keep('1.0')
  await receive('{"task":{"id":"t1"}}')
  expect(push.queue).toHaveLength(1)
  await push.drain()
  expect(webhook.hits.map(({ body }) => body)).toEqual(['{"task":{"id":"t1"}}'])
})

test('a task that the callback is not for, and one without configs, deliver nothing', async () => {
  await receive(status('TASK_STATE_WORKING'))
  await keep('1.0')
  push.task.id = 'another'
  await receive(status('TASK_STATE_WORKING'))
  expect(push.queue).toEqual([])
  expect(push.lines.join()).toContain('another task')
  push.task.id = 't1'
  await receive(status('TASK_STATE_WORKING'))
  expect(push.queue).toHaveLength(1)
})

test('a receiver that fails for now is tried again, under the same id, later each time', async () => {
  await keep('1.0')
  webhook.statuses.push(503, 429, 500)
  await receive(status('TASK_STATE_WORKING'))
  expect(await push.drain()).toEqual([0, 1, 6, 36])
  expect(webhook.hits.map(({ headers }) => headers['x-notification-id'])).toEqual(['n1', 'n1', 'n1', 'n1'])
  expect(push.aside).toEqual([])
})

test('what cannot be delivered is put aside without a secret, and starts anew when it is redriven', async () => {
  await keep('1.0', { token: 'hidden' })
  webhook.statuses.push(...Array.from({ length: 6 }, () => 500))
  await receive(status('TASK_STATE_WORKING'))
  expect(await push.drain()).toEqual([0, 1, 6, 36, 156, 756])
  const [letter] = push.aside
  expect(letter?.cause).toMatchObject({ reason: 'push_exhausted', taskId: 't1', agentId: 'agent' })
  const body = Buffer.from(letter?.message.body ?? []).toString()
  expect(JSON.stringify([letter?.cause, body, push.lines])).not.toContain('hidden')
  expect(PushDelivery.parse(JSON.parse(body)).attempt).toBe(1)
  if (letter !== undefined) await push.deliver(letter.message)
  expect(webhook.hits).toHaveLength(7)
  expect(push.aside).toHaveLength(1)
})

test('a receiver that refuses, and an address that may not be called, are given up at once', async () => {
  await keep('1.0')
  await keep('1.0', { url: 'http://10.0.0.1/' })
  webhook.statuses.push(410)
  await receive(status('TASK_STATE_WORKING'))
  expect(await push.drain()).toEqual([0, 0])
  expect(push.aside.map(({ cause }) => cause.reason).toSorted()).toEqual(['push_refused', 'push_rejected'])
})

test('a receiver that is away is tried again', async () => {
  await keep('1.0')
  await receive(status('TASK_STATE_WORKING'))
  const [message] = push.queue.splice(0)
  const { url } = webhook
  await webhook.stop()
  if (message !== undefined) await push.deliver(message)
  webhook = await startWebhook()
  expect(webhook.url).not.toBe(url)
  expect(push.queue.map(({ at }) => at - push.clock.now())).toEqual([1000])
})

test('a notification whose config was deleted meanwhile is dropped', async () => {
  await keep('0.3')
  await receive(status('TASK_STATE_WORKING'))
  await push.keeper.remove(task, '', 'me')
  await push.drain()
  expect([webhook.hits, push.aside]).toEqual([[], []])
})

test('a payload that no message takes travels in a blob, which goes when it is delivered', async () => {
  await keep('1.0')
  const text = status('TASK_STATE_WORKING', { metadata: { x: 'é'.repeat(1024 * 1024) } })
  await receive(text)
  const [{ body_blob: name = '' } = {}] = push.queue.map(({ body }) =>
    JSON.parse(Buffer.from(body).toString()),
  )
  expect(push.queue[0]?.body.length).toBeLessThan(1024)
  expect(await push.bodies.read(name)).toBe(text)
  const [message] = push.queue
  await push.drain()
  expect(webhook.hits.map(({ body }) => body)).toEqual([text])
  expect(await push.bodies.read(name)).toBeUndefined()
  if (message !== undefined) await push.deliver(message)
  expect(webhook.hits).toHaveLength(1)
})

test('a message that is no delivery is put aside as it is', async () => {
  for (const text of ['', '{}', '{"kind":"a2a-push"}', randomUUID()])
    await push.deliver({ body: Buffer.from(text) })
  expect(push.aside.map(({ cause }) => cause.reason)).toEqual(
    Array.from({ length: 4 }, () => 'invalid_delivery'),
  )
})
