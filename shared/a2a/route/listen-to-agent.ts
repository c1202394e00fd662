import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure } from '../a2a-failure.ts'
import type { AgentCall, AgentItem, CallAgent } from '../agent-call.ts'
import type { Claim } from '../sessions/hold-claim.ts'
import { continueTask } from './continue-task.ts'

/** A call to make, or a task to go on with. */
export type Listening = { claim: Claim; agent: Agent; call: AgentCall; resumes: boolean }

/** Attempts to listen again to a task whose stream broke off. */
const CONTINUATIONS = 3
const CONTINUE_AFTER_MS = 500

/** All that an agent says to a call; when its stream breaks off and the task is known, it is listened to again. */
export const createListenToAgent = (options: { callAgent: CallAgent; clock: Clock; log: Log }) =>
  async function* (listening: Listening): AsyncGenerator<AgentItem, void, undefined> {
    const { callAgent, clock, log } = options
    const { claim, agent, call } = listening
    const signal = claim.lost
    let { resumes } = listening
    for (let failures = 0; ; failures++) {
      const { taskId } = claim.session()
      try {
        if (resumes && taskId !== undefined) yield* continueTask(callAgent, agent, { call, taskId, signal })
        else yield* callAgent(agent, call, { signal })
        return
      } catch (error) {
        const brokeOff = error instanceof A2aFailure && error.value.reason === 'AGENT_FAILED'
        const known = claim.session().taskId !== undefined
        if (!brokeOff || !known || failures >= CONTINUATIONS || signal.aborted) throw error
        log.warn('The stream of an agent broke off; it is listened to again.', { agent_id: agent.id, error })
        await clock.sleep(CONTINUE_AFTER_MS * 2 ** failures, signal)
        resumes = true
      }
    }
  }
