import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { describeEvent } from './describe-event.ts'
import { foldEvents } from './fold-events.ts'
import { truncateHistory } from './truncate-history.ts'

const ids = { taskId: 't', contextId: 'c' }
const message = (messageId: string): object => ({
  messageId,
  role: 'ROLE_AGENT',
  parts: [{ text: messageId }],
})
const task = (members: object = {}): string =>
  JSON.stringify({ task: { id: 't', contextId: 'c', status: { state: 'TASK_STATE_SUBMITTED' }, ...members } })
const status = (state: string, said?: object): string =>
  JSON.stringify({ statusUpdate: { ...ids, status: { state: `TASK_STATE_${state}`, message: said } } })
const artifact = (artifactId: string, text: string, members: object = {}): string =>
  JSON.stringify({ artifactUpdate: { ...ids, artifact: { artifactId, parts: [{ text }] }, ...members } })

describe('events come to', () => {
  it('the task that the official server keeps', () => {
    const file = new URL('../../../tests/fixtures/a2a-cases/transcripts.json', import.meta.url)
    const Cases = z.array(z.looseObject({ name: z.string() }))
    const cases = Cases.parse(JSON.parse(readFileSync(file, 'utf8')))
    const events = cases.filter(({ name }) => name.startsWith('stream: event')).map((one) => one['1.0'])
    expect(events).toHaveLength(6)
    const parts = [0, 1, 2].map((index) => ({ text: `chunk-${index} `, mediaType: 'text/plain' }))
    const { task: kept } = foldEvents(events.map((event) => JSON.stringify(event)))
    expect(kept).toMatchObject({
      status: { state: 'TASK_STATE_COMPLETED' },
      artifacts: [{ artifactId: 'artifact-1', name: 'Result', parts }],
      history: [{ messageId: 'message-of-user' }, { messageId: 'message-of-agent' }],
    })
  })

  it('a status whose message is in the history once', () => {
    const { task: kept } = foldEvents([
      task({ history: [message('a')] }),
      status('WORKING', message('b')),
      status('WORKING', message('b')),
    ])
    expect(kept?.['history']).toEqual([message('a'), message('b')])
  })

  it('artifacts that are added, replaced, and appended to', () => {
    const { task: kept } = foldEvents([
      task(),
      artifact('1', 'old'),
      artifact('1', 'new'),
      artifact('1', 'more', { append: true }),
      artifact('2', 'other', { append: true }),
    ])
    expect(kept?.['artifacts']).toEqual([
      { artifactId: '1', parts: [{ text: 'new' }, { text: 'more' }] },
      { artifactId: '2', parts: [{ text: 'other' }] },
    ])
  })

  it('a terminal state that nothing changes', () => {
    const { task: kept } = foldEvents([task(), status('COMPLETED'), status('WORKING', message('late'))])
    expect(kept).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
    expect(kept).not.toHaveProperty('history')
  })

  it('a task also when its snapshot is missing, or comes later without what was said before', () => {
    const { task: kept } = foldEvents([status('WORKING', message('a')), artifact('1', 'x'), task()])
    expect(kept).toMatchObject({
      id: 't',
      contextId: 'c',
      status: { state: 'TASK_STATE_SUBMITTED' },
      history: [{ messageId: 'a' }],
      artifacts: [{ artifactId: '1' }],
    })
  })

  it('metadata that is joined', () => {
    const update = JSON.stringify({
      statusUpdate: { ...ids, status: { state: 'TASK_STATE_WORKING' }, metadata: { b: 2 } },
    })
    expect(foldEvents([task({ metadata: { a: 1 } }), update]).task?.['metadata']).toEqual({ a: 1, b: 2 })
  })

  it('the message, where there is no task', () => {
    expect(foldEvents([JSON.stringify({ message: message('m') })])).toEqual({ message: message('m') })
    expect(foldEvents([])).toEqual({})
  })
})

describe('an event', () => {
  it.each([
    [task(), { type: 'task', ...ids, state: 'TASK_STATE_SUBMITTED', ends: undefined }],
    [status('FAILED'), { type: 'status', ...ids, state: 'TASK_STATE_FAILED', ends: 'terminal' }],
    [
      status('AUTH_REQUIRED'),
      { type: 'status', ...ids, state: 'TASK_STATE_AUTH_REQUIRED', ends: 'interrupted' },
    ],
    [artifact('1', 'x'), { type: 'artifact', ...ids, ends: undefined }],
    [JSON.stringify({ message: message('m') }), { type: 'message', ends: 'terminal' }],
    [JSON.stringify({ message: { ...message('m'), ...ids } }), { type: 'message', ...ids, ends: 'terminal' }],
  ])('%s is described', (text, facts) => {
    expect(describeEvent(text)).toEqual(facts)
  })

  it.each(['', '[]', '{}', '{"task":7}', '{"kind":"task"}'])('is refused when it is %j', (text) => {
    expect(() => describeEvent(text)).toThrow(/event/)
  })
})

describe('the history of a task', () => {
  const long = { id: 't', history: [1, 2, 3] }
  it.each([
    [2, { id: 't', history: [2, 3] }],
    [9, long],
    [0, { id: 't' }],
    [undefined, long],
  ])('is cut to %s', (historyLength, cut) => {
    expect(truncateHistory(long, historyLength)).toEqual(cut)
  })

  it('may be missing', () => {
    expect(truncateHistory({ id: 't' }, 3)).toEqual({ id: 't' })
  })
})
