import { expect, test } from 'vitest'
import { testAgent } from '../../../tests/fixtures/test-agent.ts'
import type { A2aReason } from '../../contract/a2a/a2a-errors.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { createLog } from '../../kernel/log.ts'
import { a2aFailure } from '../a2a-failure.ts'
import type { AgentItem, CallAgent } from '../agent-call.ts'
import type { Session } from '../sessions/session.ts'
import { createListenToAgent } from './listen-to-agent.ts'

const clock = { now: () => 0, sleep: async () => undefined }
const log = createLog({ level: 'error', clock, write: () => undefined })

const task = (state: string): AgentItem => ({
  kind: 'event',
  said: { text: JSON.stringify({ task: { id: 't', contextId: 'c', status: { state } } }) },
})
const [working, completed] = [task('TASK_STATE_WORKING'), task('TASK_STATE_COMPLETED')]

const session: Session = {
  correlationId: 'c',
  agentId: 'echo',
  operation: 'send',
  subject: 'ann',
  toProxy: 'here',
  fromProxy: 'there',
  state: 'active',
  createdAt: 0,
  lastActivity: 0,
  epoch: 1,
}

/** Listens to an agent that says something, then fails, as often as it is told to. */
const listen = async (
  turns: ReadonlyArray<[items: AgentItem[], fails?: A2aReason]>,
  { operation = 'send', message = {} }: { operation?: Operation; message?: object } = {},
) => {
  const asked: Operation[] = []
  const callAgent: CallAgent = async function* (_agent, call) {
    const [items, fails] = turns[asked.length] ?? [[]]
    asked.push(call.operation)
    yield* items
    if (fails !== undefined) throw a2aFailure(fails, 'It failed.')
  }
  const claim = {
    session: () => session,
    change: async () => undefined,
    release: async () => undefined,
    abandon: () => undefined,
    lost: new AbortController().signal,
  }
  const heard: AgentItem[] = []
  const params = JSON.stringify({ message })
  const dialect = { version: '1.0', binding: 'jsonrpc' } as const
  const call = { agentId: 'echo', operation, dialect, params, headers: {} }
  const listening = { claim, agent: testAgent('echo'), call, resumes: false }
  let reason: unknown
  try {
    for await (const item of createListenToAgent({ callAgent, clock, log })(listening)) heard.push(item)
  } catch (error) {
    reason = (error as { value?: { reason?: A2aReason } }).value?.reason
  }
  return { asked, heard, reason }
}

test('what breaks off is listened to again by its task, as soon as it has a name', async () => {
  const turns = [[[working], 'AGENT_FAILED'] as [AgentItem[], A2aReason], [[completed]] as [AgentItem[]]]
  expect(await listen(turns)).toEqual({ asked: ['send', 'subscribe'], heard: [working, completed] })
})

test('a send that goes on with a task and has no answer in time is followed by its task', async () => {
  const turns: Array<[AgentItem[], A2aReason?]> = [[[], 'TIMEOUT'], [[working, completed]]]
  expect(await listen(turns, { message: { taskId: 't' } })).toEqual({
    asked: ['send', 'subscribe'],
    heard: [working, completed],
  })
})

test.for([
  ['a first message that has no answer in time', 'TIMEOUT', {}],
  ['a stream that does not begin', 'TIMEOUT', { operation: 'stream', message: { taskId: 't' } }],
  ['a message to a task that did not arrive', 'AGENT_FAILED', { message: { taskId: 't' } }],
  ['an agent that is not there', 'AGENT_UNAVAILABLE', { message: { taskId: 't' } }],
] as const)('%s fails, and is sent once', async ([, fails, options]) => {
  const { asked, heard, reason } = await listen([[[], fails]], options)
  expect([asked.length, heard, reason]).toEqual([1, [], fails])
})

test('an agent that always breaks off is given up', async () => {
  const { asked, reason } = await listen(Array.from({ length: 9 }, () => [[working], 'AGENT_FAILED']))
  expect(reason).toBe('AGENT_FAILED')
  expect(asked).toEqual(['send', 'subscribe', 'subscribe', 'subscribe'])
})

test('an agent that broke off and cannot be reached any more broke off', async () => {
  const { asked, reason } = await listen([
    [[working], 'AGENT_FAILED'],
    [[], 'AGENT_UNAVAILABLE'],
  ])
  expect([asked, reason]).toEqual([['send', 'subscribe'], 'AGENT_FAILED'])
})
