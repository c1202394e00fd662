import { shapeOf } from '../../contract/a2a/dialect.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure } from '../a2a-failure.ts'
import type { AgentCall, AgentItem, CallAgent } from '../agent-call.ts'
import type { Claim } from '../sessions/hold-claim.ts'
import { continueTask } from './continue-task.ts'
import { describeItem } from './describe-item.ts'
import { readSendParams } from './read-params.ts'

/** A call to make, or a task to go on with. */
export type Listening = { claim: Claim; agent: Agent; call: AgentCall; resumes: boolean }

/** Attempts to listen again to a task whose stream broke off. */
const CONTINUATIONS = 3
const CONTINUE_AFTER_MS = 500

/** The task that a send goes on with, which may take longer than the agent has time to answer. */
const askedTask = ({ operation, params, dialect }: AgentCall): string | undefined =>
  operation === 'send' ? readSendParams(params, shapeOf(dialect)).taskId : undefined

/**
 * All that an agent says to a call. When its stream breaks off and the task is known, it is listened to again; so it is
 * when a send that goes on with a task has no answer in time. What broke off unheard is not known to have arrived.
 */
export const createListenToAgent = (options: { callAgent: CallAgent; clock: Clock; log: Log }) =>
  async function* (listening: Listening): AsyncGenerator<AgentItem, void, undefined> {
    const { callAgent, clock, log } = options
    const { claim, agent, call } = listening
    const signal = claim.lost
    let { resumes: heard } = listening
    let named = claim.session().taskId
    let taskId = heard ? named : undefined
    let broken: unknown
    for (let failures = 0; ; failures++) {
      const items =
        taskId === undefined
          ? callAgent(agent, call, { signal })
          : continueTask(callAgent, agent, { call, taskId, signal })
      try {
        for await (const item of items) {
          heard = true
          named ??= describeItem(item).taskId
          yield item
        }
        return
      } catch (error) {
        const reason = error instanceof A2aFailure ? error.value.reason : undefined
        const brokeOff = heard && reason === 'AGENT_FAILED'
        const outlasted = !heard && reason === 'TIMEOUT'
        taskId = brokeOff ? named : outlasted ? askedTask(call) : undefined
        // It was called: that it cannot be reached now is why it broke off.
        if (reason === 'AGENT_UNAVAILABLE') throw broken ?? error
        if (taskId === undefined || failures >= CONTINUATIONS || signal.aborted) throw error
        broken = error
        log.warn('An agent that broke off is listened to again.', { agent_id: agent.id, error })
        if (brokeOff) await clock.sleep(CONTINUE_AFTER_MS * 2 ** failures, signal)
      }
    }
  }
