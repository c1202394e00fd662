import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { A2aFailure } from '../../../shared/a2a/a2a-failure.ts'
import type { ClientTask } from '../../../shared/a2a/push/push-configs.ts'
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

let tasks = 0
const newTask = (): ClientTask => ({
  agentId: 'echo',
  taskId: `t${++tasks}`,
  stream: `s${tasks}`,
  owner: 'me',
})
const url = 'https://client.example/hook'
const create = async (task: ClientTask, params: object, version: '1.0' | '0.3' = '1.0') =>
  JSON.parse(
    (await push.configs.create(task, { params: JSON.stringify(params), version, tellAgent: async () => {} }))
      .text,
  )
const get = async (task: ClientTask, id?: string) =>
  JSON.parse((await push.configs.get(task, JSON.stringify({ taskId: task.taskId, id }))).text)
const list = async (task: ClientTask) => JSON.parse((await push.configs.list(task)).text)
const reasonOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  return error instanceof A2aFailure ? error.value.reason : error
}

test('create answers what was sent; get and list leave the secrets out', async () => {
  const task = newTask()
  const sent = {
    id: 'c1',
    taskId: task.taskId,
    url,
    token: 'tok',
    authentication: { scheme: 'Bearer', credentials: 'abc' },
  }
  const params = ` ${JSON.stringify(sent)} `
  const said = await push.configs.create(task, { params, version: '1.0', tellAgent: async () => {} })
  expect(said).toEqual({ text: params })
  const shown = { id: 'c1', taskId: task.taskId, url, authentication: { scheme: 'Bearer' } }
  expect(await get(task, 'c1')).toEqual(shown)
  expect(await list(task)).toEqual({ configs: [shown] })
})

test('nothing of a config lies open in the table, nor does it open in another place', async () => {
  const [task, other] = [newTask(), newTask()]
  await create(task, { id: 'c', taskId: task.taskId, url: `${url}?key=hidden-a`, token: 'hidden-b' })
  const stored = await push.store.get(task, 'c')
  expect(JSON.stringify(stored)).not.toContain('hidden')
  if (stored !== undefined) await push.store.put(other, stored)
  await expect(get(other, 'c')).rejects.toThrow()
})

test('without an id, a 1.0 client gets another config each time and a 0.3 client the one of the task', async () => {
  const task = newTask()
  const first = await create(task, { url })
  push.clock.advance(1)
  const second = await create(task, { url })
  expect(first.id).not.toBe(second.id)
  expect((await list(task)).configs.map(({ id }: { id: string }) => id)).toEqual([first.id, second.id])
  const old = newTask()
  await create(old, { url: `${url}/1` }, '0.3')
  expect(await create(old, { url: `${url}/2` }, '0.3')).toEqual({
    id: old.taskId,
    taskId: old.taskId,
    url: `${url}/2`,
  })
  expect((await list(old)).configs).toHaveLength(1)
  expect(await get(old)).toMatchObject({ id: old.taskId, url: `${url}/2` })
  expect(await get(old, old.taskId)).toMatchObject({ url: `${url}/2` })
})

test('a config that came with a send belongs to the task that the agent names later', async () => {
  const task = newTask()
  const config = { id: '', url, token: 't' }
  await push.configs.keep(task, { config, version: '0.3' })
  expect(await get(task)).toEqual({ id: task.taskId, taskId: task.taskId, url })
})

test('a deleted config is gone, and deleting it again is no error', async () => {
  const task = newTask()
  await create(task, { id: 'c', url })
  const remove = () => push.configs.delete(task, JSON.stringify({ id: 'c' }))
  expect([await remove(), await remove()]).toEqual([{ text: 'null' }, { text: 'null' }])
  expect(await reasonOf(get(task, 'c'))).toBe('TASK_NOT_FOUND')
  expect(await list(task)).toEqual({ configs: [] })
})

test('what belongs to somebody else is not there', async () => {
  const task = newTask()
  await create(task, { id: 'c', url })
  const theirs = { ...task, owner: 'somebody else' }
  expect(await reasonOf(get(theirs, 'c'))).toBe('TASK_NOT_FOUND')
  expect(await list(theirs)).toEqual({ configs: [] })
  await push.configs.delete(theirs, '{"id":"c"}')
  expect(await get(task, 'c')).toMatchObject({ id: 'c' })
})

test('a bad config, a refused address and a twenty-first config are INVALID_PARAMS, and the agent hears nothing', async () => {
  const task = newTask()
  let told = 0
  const attempt = (params: object) =>
    push.configs.create(task, {
      params: JSON.stringify(params),
      version: '1.0',
      tellAgent: async () => void told++,
    })
  expect(await reasonOf(attempt({ id: 'c' }))).toBe('INVALID_PARAMS')
  expect(await reasonOf(attempt({ url: 'http://10.0.0.1/' }))).toBe('INVALID_PARAMS')
  expect(await reasonOf(get(task, 7 as never))).toBe('INVALID_PARAMS')
  expect(told).toBe(0)
  for (let index = 0; index < 20; index++) await create(task, { id: `c${index}`, url })
  expect(await reasonOf(attempt({ url }))).toBe('INVALID_PARAMS')
  expect(await create(task, { id: 'c3', url: `${url}/new` })).toMatchObject({ url: `${url}/new` })
})

test('an agent that sends none is PUSH_NOTIFICATION_NOT_SUPPORTED for every operation', async () => {
  const task = newTask()
  push.supports.push = false
  try {
    const asked = [create(task, { url }), get(task), list(task), push.configs.delete(task, '{}')]
    for (const answer of asked) expect(await reasonOf(answer)).toBe('PUSH_NOTIFICATION_NOT_SUPPORTED')
  } finally {
    push.supports.push = true
  }
})

test('what the agent says against it is thrown, and nothing is kept', async () => {
  const task = newTask()
  const tellAgent = () => Promise.reject(new A2aFailure({ code: -32004, message: 'No.' }))
  const attempt = push.configs.create(task, { params: JSON.stringify({ url }), version: '1.0', tellAgent })
  await expect(attempt).rejects.toThrow('No.')
  expect(await list(task)).toEqual({ configs: [] })
})
