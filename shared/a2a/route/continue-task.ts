import { jsonObject } from '../../kernel/json-members.ts'
import type { Agent } from '../../registry/agent.ts'
import { a2aErrors } from '../../contract/a2a/a2a-errors.ts'
import { A2aFailure } from '../a2a-failure.ts'
import type { AgentCall, AgentItem, CallAgent } from '../agent-call.ts'

/** The params of a read of a task, in the shape of 1.0. */
export const taskParams = (id: string): string => JSON.stringify({ id })

/** A call in which the gateway itself reads a task. */
export const readCall = (call: AgentCall, operation: 'get' | 'subscribe', taskId: string): AgentCall => ({
  ...call,
  operation,
  dialect: { version: '1.0', binding: 'jsonrpc' },
  params: taskParams(taskId),
})

/** A task that an agent answered as an event that is a snapshot of it. */
const toSnapshot = ({ said }: AgentItem): AgentItem => ({
  kind: 'event',
  said: { text: jsonObject([['task', said.text]]) },
})

/**
 * Goes on listening to a task whose call broke off: the first event is a snapshot of the task. A task that has ended
 * meanwhile cannot be subscribed to (A2A 1.0, 3.1.6); it is read.
 */
export async function* continueTask(
  callAgent: CallAgent,
  agent: Agent,
  { call, taskId, signal }: { call: AgentCall; taskId: string; signal: AbortSignal },
): AsyncGenerator<AgentItem, void, undefined> {
  try {
    yield* callAgent(agent, readCall(call, 'subscribe', taskId), { signal })
  } catch (error) {
    const isOver = error instanceof A2aFailure && error.value.code === a2aErrors.UNSUPPORTED_OPERATION.code
    if (!isOver) throw error
    for await (const item of callAgent(agent, readCall(call, 'get', taskId), { signal }))
      yield toSnapshot(item)
  }
}
