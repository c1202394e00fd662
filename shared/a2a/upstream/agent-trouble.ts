import { EgressError } from '../../kernel/egress.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Agent } from '../../registry/agent.ts'
import { A2aFailure, a2aFailure } from '../a2a-failure.ts'

/** The HTTP status behind a failure. */
export class AgentStatus extends Error {
  override name = 'AgentStatus'
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

export const timedOut = ({ id }: Agent, seconds: number, cause?: unknown): A2aFailure =>
  a2aFailure(
    'TIMEOUT',
    `The agent "${id}" gave no answer within ${seconds} s. It may still do what it was asked. Ask for its task, or give the agent a longer timeout in the registry.`,
    { cause },
  )

export const brokeOff = ({ id }: Agent, what: string, cause?: unknown): A2aFailure =>
  a2aFailure(
    'AGENT_FAILED',
    `The agent "${id}" broke off: ${what} It may still be at work; ask for its task, or send again if it named none.`,
    { cause },
  )

export const invalidAnswer = ({ id }: Agent, what: string, cause?: unknown): A2aFailure =>
  a2aFailure(
    'INVALID_AGENT_RESPONSE',
    `The agent "${id}" gave an answer that is no valid A2A: ${what} The agent must be corrected.`,
    { cause },
  )

/** A failure below A2A (no connection, a broken one, a body too large) as what the client is told. */
export const toFailure = (agent: Agent, error: unknown): unknown => {
  if (error instanceof GatewayError && error.code === 'payload_too_large')
    return invalidAnswer(agent, 'it is larger than messages may be.', error)
  if (!(error instanceof EgressError)) return error
  if (error.kind === 'timeout') return timedOut(agent, agent.timeoutSeconds, error)
  if (error.kind === 'broken') return brokeOff(agent, 'the connection ended before the answer did.', error)
  const what =
    error.kind === 'refused' ? 'may not be called by this gateway (see egress.allow)' : 'cannot be reached'
  return a2aFailure(
    'AGENT_UNAVAILABLE',
    `The agent "${agent.id}" ${what}; the call was not made. Check its address in the registry, and that it runs.`,
    { cause: error },
  )
}

/** Whether a failure tells that the agent, and not the call, is in trouble: only these open its circuit. */
export const isAgentTrouble = (error: unknown): boolean => {
  if (!(error instanceof A2aFailure)) return false
  if (error.cause instanceof AgentStatus && error.cause.status < 500) return false
  const { reason } = error.value
  return reason === 'AGENT_UNAVAILABLE' || reason === 'TIMEOUT' || reason === 'AGENT_FAILED'
}
