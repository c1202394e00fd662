import { a2aErrors } from '../../contract/a2a/a2a-errors.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure, a2aFailure } from '../a2a-failure.ts'
import { AgentStatus } from './agent-trouble.ts'

/** How a server says over HTTP that it has no such path. */
const NO_SUCH_PATH: ReadonlySet<number> = new Set([404, 405, 501])

/**
 * 0.2 has no way to list tasks, 0.3 one by REST that its servers need not have: what they then answer is no failure of
 * theirs, but an operation that they do not support.
 */
export const refuseList = (agent: Agent, error: unknown): unknown => {
  if (!(error instanceof A2aFailure)) return error
  const { code } = error.value
  const isMissing =
    code === a2aErrors.METHOD_NOT_FOUND.code ||
    (error.cause instanceof AgentStatus && NO_SUCH_PATH.has(error.cause.status))
  if (!isMissing) return error
  const message = `The agent "${agent.id}" cannot list its tasks: its version of A2A has no such operation. Get tasks by their ids.`
  return a2aFailure('UNSUPPORTED_OPERATION', message, { cause: error })
}
