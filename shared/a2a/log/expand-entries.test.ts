import { expect, test } from 'vitest'
import { expandEntries } from './expand-entries.ts'
import { closesWith, type LogEntry } from './log-event.ts'

const event = (value: unknown): LogEntry => ({ kind: 'event', said: { text: JSON.stringify(value) } })
const status = (state: string): LogEntry =>
  event({ statusUpdate: { taskId: 't', contextId: 'c', status: { state } } })
const working = { id: 't', contextId: 'c', status: { state: 'TASK_STATE_WORKING' } }
const none = async (): Promise<string[]> => []

/** What closes a log, and where it stands. */
const finals = async (entries: readonly LogEntry[], earlier = none) =>
  (await expandEntries(entries, 7, earlier)).flatMap(({ entry, sequence, part }) =>
    entry.kind === 'final' ? [{ ...(JSON.parse(entry.text) as object), sequence, part }] : [],
  )

test('the end of a task is followed by the task, with what was said before', async () => {
  const earlier = async () => [JSON.stringify({ task: working })]
  expect(await finals([status('TASK_STATE_COMPLETED')], earlier)).toMatchObject([
    { task: { id: 't', status: { state: 'TASK_STATE_COMPLETED' } }, sequence: 7, part: 'final' },
  ])
})

test('a message is the whole answer', async () => {
  const message = { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'hello' }] }
  expect(await finals([event({ message })])).toEqual([{ message, sequence: 7, part: 'final' }])
})

test.each(['TASK_STATE_INPUT_REQUIRED', 'TASK_STATE_AUTH_REQUIRED', 'TASK_STATE_WORKING'])(
  '%s closes nothing',
  async (state) => {
    const placed = await expandEntries([event({ task: working }), status(state)], 0, none)
    expect(placed.map(({ entry }) => closesWith(entry))).toEqual([undefined, undefined])
  },
)

test('a failure closes by itself', async () => {
  const failure: LogEntry = { kind: 'failure', error: { code: -32603, message: 'It broke.' } }
  expect(await expandEntries([failure], 3, none)).toEqual([{ entry: failure, sequence: 3, part: 'failure' }])
  expect(closesWith(failure)).toBe('error')
})
