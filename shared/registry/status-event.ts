import type { AgentEvent } from '../contract/agent-event.ts'
import type { Agent } from './agent.ts'

/** The stream in which changes of agents are told: GET /stream/agents. */
export const AGENTS_STREAM = 'agents'

/**
 * The event that an agent's status changed (seed 5, `agent.status_changed`).
 * @param now milliseconds since the epoch; also the event's index, so that every change is an event of its own.
 */
export const statusEvent = (agent: Agent, before: Agent, now: number): AgentEvent => ({
  task_id: AGENTS_STREAM,
  agent_id: agent.id,
  agent_name: agent.name ?? agent.id,
  event_index: now,
  timestamp: new Date(now).toISOString(),
  event_type: 'agent.status_changed',
  payload: { agent_id: agent.id, status: agent.status, previous_status: before.status },
})
