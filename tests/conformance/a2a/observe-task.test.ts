import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { createObserveTask } from '../../../shared/a2a/route/observe-task.ts'
import type { Session } from '../../../shared/a2a/sessions/session.ts'
import { openCalls, taskEvent } from '../../support/open-calls.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({})
})
afterAll(() => storage.stop())

const TASK = 't-1'
const taskText = (state: string): string =>
  JSON.stringify({ id: TASK, contextId: 'c', status: { state: `TASK_STATE_${state}` } })

/** A task that waits for its client, after a call that went on with it, if any. */
const open = async (next?: Session['state']) => {
  const bench = openCalls(storage.connectionString)
  const { begin, say, read, store, readEntries } = bench
  const continuedBy = next === undefined ? {} : { continuedBy: (await begin({ state: next })).correlationId }
  const session = await begin({ state: 'paused', ...continuedBy })
  await say(session, 0, taskEvent(TASK, 'TASK_STATE_INPUT_REQUIRED'))
  const { correlationId: stream } = session
  const observe = createObserveTask(bench)
  return {
    observe: (state: string) => observe(stream, taskText(state)),
    log: async () => ({
      entries: (await readEntries(stream)).map(({ kind }) => kind),
      outcome: (await store.read(stream))?.value.outcome,
      next: (await store.read(stream))?.value.next,
      state: (await read(session))?.state,
    }),
  }
}

test.for([undefined, 'paused', 'failed', 'completed'] as const)(
  'a task that has ended while nobody listened (went on by a call that is %s): its log ends, once',
  async (next) => {
    const { observe, log } = await open(next)
    await observe('CANCELED')
    const ended = await log()
    expect(ended).toEqual({
      entries: ['event', 'event', 'final'],
      outcome: 'final',
      next: 3,
      state: 'completed',
    })
    await observe('CANCELED')
    expect(await log()).toEqual(ended)
  },
)

test('many see it at once: one end', async () => {
  const { observe, log } = await open()
  await Promise.all(Array.from({ length: 5 }, () => observe('CANCELED')))
  expect(await log()).toMatchObject({ entries: ['event', 'event', 'final'], next: 3 })
})

test.for([
  ['of a call that is being made', 'active', 'CANCELED'],
  ['of a task that still waits', undefined, 'INPUT_REQUIRED'],
] as const)('nothing is told %s', async ([, next, state]) => {
  const { observe, log } = await open(next)
  await observe(state)
  expect(await log()).toMatchObject({ entries: ['event'], state: 'paused' })
})
