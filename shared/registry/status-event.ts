import type { AgentEvent } from '../contract/agent-event.ts'
import type { Agent } from './agent.ts'
import { toAgentEvent } from './to-agent-event.ts'

/**
 * The event that an agent's status changed (seed 5, `agent.status_changed`).
 * @param now milliseconds since the epoch; also the event's index, so that every change is an event of its own.
 */
export const statusEvent = (agent: Agent, before: Agent, now: number): AgentEvent =>
  toAgentEvent(agent, {
    type: 'agent.status_changed',
    index: now,
    at: now,
    payload: { status: agent.status, previous_status: before.status },
  })
