import { expect, test } from 'vitest'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { type Caller, developmentCaller } from '../access/caller.ts'
import type { TaskAlias } from '../streams/task-aliases.ts'
import { createResolveStream } from './resolve-stream.ts'

const key = (name: string, scopes: string[] = ['events:read']): Caller => ({ kind: 'key', name, scopes })
const alias = (agentId: string, owner: string, stream: string): TaskAlias => ({
  agentId,
  taskId: 'task-1',
  owner,
  stream,
})

const SHARED_MS = 1000

const setUp = (...aliases: TaskAlias[]) => {
  const clock = createManualClock()
  let asked = 0
  const find = async (taskId: string): Promise<TaskAlias[]> => {
    asked++
    return aliases.filter((known) => known.taskId === taskId)
  }
  return { clock, resolve: createResolveStream({ find, clock, sharedMs: SHARED_MS }), asked: () => asked }
}

test('an id that no agent gave stands for itself', async () => {
  expect(await setUp(alias('a', 'ann', 's1')).resolve('task-2', key('ann'))).toBe('task-2')
})

test('the task of an agent is found by its owner, and by those who may see all', async () => {
  const { resolve } = setUp(alias('a', 'ann', 's1'))
  expect(await resolve('task-1', key('ann'))).toBe('s1')
  expect(await resolve('task-1', key('operator', ['admin']))).toBe('s1')
  expect(await resolve('task-1', developmentCaller)).toBe('s1')
})

test('the task of somebody else is as if it were not there', async () => {
  const { resolve } = setUp(alias('a', 'ann', 's1'))
  expect(await resolve('task-1', key('bob'))).toBe('task-1')
})

test('tasks of several agents under one id are ambiguous only for those who see more than one', async () => {
  const { resolve } = setUp(alias('a', 'ann', 's1'), alias('b', 'bob', 's2'), alias('c', 'bob', 's3'))
  expect(await resolve('task-1', key('ann'))).toBe('s1')
  await expect(resolve('task-1', key('bob'))).rejects.toMatchObject({
    status: 409,
    message: expect.stringMatching(/task-1.*b, c.*correlation id/),
  })
})

test('a ticket leads where it was issued for, and nowhere else', async () => {
  const { resolve, asked } = setUp(alias('a', 'ann', 's1'))
  const ticket: Caller = { kind: 'ticket', name: 'ticket', scopes: [] }
  expect(await resolve('task-1', { ...ticket, opens: 's1' })).toBe('s1')
  expect(await resolve('task-1', ticket)).toBe('task-1')
  expect(asked()).toBe(0)
})

test('many who wait for one task share an answer for a while, and all of them hear of a failure', async () => {
  const { clock, resolve, asked } = setUp()
  const ask = (): Promise<unknown> => Promise.all(Array.from({ length: 50 }, () => resolve('t', key('ann'))))
  await ask()
  clock.advance(SHARED_MS - 1)
  await ask()
  expect(asked()).toBe(1)
  clock.advance(1)
  await ask()
  expect(asked()).toBe(2)

  let works = false
  const find = async (): Promise<TaskAlias[]> => (works ? [] : Promise.reject(new Error('away')))
  const failing = createResolveStream({ find, clock, sharedMs: SHARED_MS })
  await expect(Promise.all([failing('t', key('a')), failing('t', key('b'))])).rejects.toThrow('away')
  works = true
  expect(await failing('t', key('a'))).toBe('t')
})
