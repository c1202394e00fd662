import type { AgentEvent } from '../contract/agent-event.ts'
import { hashText } from '../kernel/ids.ts'
import type { Agent } from './agent.ts'

/** The stream in which changes of agents are told: GET /stream/agents. */
export const AGENTS_STREAM = 'agents'

/**
 * An event about an agent: one of the stream `agents`, and a message of seed 5.
 * @param facts.index with the agent's id it is what makes the event the same when it is told again.
 * @param facts.at milliseconds since the epoch
 */
export const toAgentEvent = (
  agent: Agent,
  facts: {
    type: 'agent.registered' | 'agent.status_changed'
    index: number
    at: number
    correlationId?: string
    payload: Record<string, unknown>
  },
): AgentEvent => ({
  id: `msg-${hashText(JSON.stringify([agent.id, facts.index]))}`,
  task_id: AGENTS_STREAM,
  agent_id: agent.id,
  // Names of events are valid Unicode; what an agent calls itself may be anything.
  agent_name: (agent.name ?? agent.id).toWellFormed(),
  event_index: facts.index,
  timestamp: new Date(facts.at).toISOString(),
  event_type: facts.type,
  source_agent: agent.id,
  ...(facts.correlationId === undefined ? {} : { correlation_id: facts.correlationId }),
  payload: { agent_id: agent.id, ...facts.payload },
})
