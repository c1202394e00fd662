import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { A2aFailure } from '../../../shared/a2a/a2a-failure.ts'
import type { A2aRequest } from '../../../shared/a2a/a2a-request.ts'
import type { AgentCall } from '../../../shared/a2a/agent-call.ts'
import { sayAs } from '../../../shared/a2a/dialect/said.ts'
import { createAnswerPush } from '../../../shared/a2a/push/answer-push.ts'
import { type Dialect, shapeOf } from '../../../shared/contract/a2a/dialect.ts'
import type { Operation } from '../../../shared/contract/a2a/operation.ts'
import type { Agent } from '../../../shared/registry/agent.ts'
import { openPush } from '../../support/open-push.ts'

let storage: RunningStorage
let push: Awaited<ReturnType<typeof openPush>>

beforeAll(async () => {
  storage = await startStorage({})
  push = await openPush({ connectionString: storage.connectionString })
})
afterAll(async () => {
  await push.door.stop()
  await storage.stop()
})

/** The operations as a client of a dialect calls them, on a task of `me` whose log is `s-{task}`. */
const openClient = (dialect: Dialect, subject = 'me') => {
  const told: AgentCall[] = []
  const answer = createAnswerPush({
    pushConfigs: push.configs,
    aliases: {
      get: async (agentId, taskId) => ({ agentId, taskId, stream: `s-${taskId}`, owner: 'me' }),
    },
    askAgent: async (_request, _agent, call) => {
      told.push(call)
      return { text: '{}' }
    },
    proxyId: 'asked',
  })
  const call = async (operation: Operation, params: object): Promise<unknown> => {
    const common = { agentId: 'echo', operation, dialect, params: JSON.stringify(params), headers: {} }
    const request = { ...common, subject } as A2aRequest
    const answered = await answer(request, {} as Agent, common)
    if (answered.kind !== 'one') throw new Error('The answer is a stream.')
    return JSON.parse(sayAs(operation, answered.said, shapeOf(dialect)))
  }
  return { call, told }
}

const url = 'https://client.example/hook'

test('a client of 1.0 makes, reads, lists and deletes configs; the agent hears of the callback alone', async () => {
  const { call, told } = openClient({ version: '1.0', binding: 'jsonrpc' })
  const config = {
    id: 'c1',
    taskId: 't1',
    url,
    token: 'tok',
    authentication: { scheme: 'Bearer', credentials: 'abc' },
  }
  expect(await call('push-create', config)).toEqual(config)
  expect(told).toEqual([
    {
      agentId: 'echo',
      operation: 'push-create',
      dialect: { version: '1.0', binding: 'jsonrpc' },
      params: '{"taskId":"t1","url":"urn:agent-gateway:callback:asked:s-t1"}',
      headers: {},
    },
  ])
  const shown = { id: 'c1', taskId: 't1', url, authentication: { scheme: 'Bearer' } }
  expect(await call('push-get', { taskId: 't1', id: 'c1' })).toEqual(shown)
  expect(await call('push-list', { taskId: 't1' })).toEqual({ configs: [shown] })
  expect(await call('push-delete', { taskId: 't1', id: 'c1' })).toBeNull()
  expect(await call('push-list', { taskId: 't1' })).toEqual({ configs: [] })
})

test('a client of 0.3 does the same in its words, by the id of the task', async () => {
  const { call } = openClient({ version: '0.3', binding: 'jsonrpc' })
  const pushNotificationConfig = {
    url,
    token: 'tok',
    authentication: { schemes: ['Bearer'], credentials: 'abc' },
  }
  expect(await call('push-create', { taskId: 't2', pushNotificationConfig })).toEqual({
    taskId: 't2',
    pushNotificationConfig: { id: 't2', ...pushNotificationConfig },
  })
  const shown = {
    taskId: 't2',
    pushNotificationConfig: { id: 't2', url, authentication: { schemes: ['Bearer'] } },
  }
  expect(await call('push-get', { id: 't2' })).toEqual(shown)
  expect(await call('push-list', { id: 't2' })).toEqual([shown])
  expect(await call('push-delete', { id: 't2', pushNotificationConfigId: 't2' })).toBeNull()
  expect(await call('push-list', { id: 't2' })).toEqual([])
})

test('tasks of somebody else are not there', async () => {
  const { call, told } = openClient({ version: '1.0', binding: 'rest' }, 'somebody else')
  for (const operation of ['push-create', 'push-get', 'push-list', 'push-delete'] as const) {
    const failure: unknown = await call(operation, { taskId: 't3', id: 'c', url }).catch(
      (error: unknown) => error,
    )
    expect(failure instanceof A2aFailure && failure.value.reason).toBe('TASK_NOT_FOUND')
  }
  expect(told).toEqual([])
})
