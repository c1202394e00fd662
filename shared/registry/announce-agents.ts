import type { AgentEvent } from '../contract/agent-event.ts'
import type { Clock } from '../kernel/clock.ts'
import { hashText } from '../kernel/ids.ts'
import type { ConnectedAgent } from './connected-agents.ts'
import { AGENTS_STREAM, toAgentEvent } from './to-agent-event.ts'

/** Why an agent is gone. */
export type RemovalReason = 'disconnected' | 'unregistered' | 'timeout' | 'removed'

/** Tells of connected agents in the stream `agents`. @throws GatewayError 503 */
export type AnnounceAgents = {
  /** Told again it is the same event. @param before the registration that it replaced */
  registration(agent: ConnectedAgent, before: ConnectedAgent | undefined): Promise<void>
  removal(agent: ConnectedAgent, reason: RemovalReason): Promise<void>
}

/** An event on its way to the topic of events: one session, so that its order is that of the sends. */
export type Announcement = { body: Uint8Array; messageId: string; sessionId: string; contentType: string }

/** Indices per millisecond, one for each of the events below: no two of an agent have the same. */
const INDICES = 4
const REGISTERED = 0
const CONNECTED = 1
const GONE = 2

const statusChanged = (
  agent: ConnectedAgent,
  facts: { kind: number; at: number; status: 'healthy' | 'unreachable'; reason?: RemovalReason },
): AgentEvent => {
  const { did, generation } = agent
  const { kind, at, status, reason } = facts
  return toAgentEvent(agent, {
    type: 'agent.status_changed',
    index: (kind === GONE ? at : generation) * INDICES + kind,
    at,
    correlationId: `${did}#${generation}`,
    payload: {
      status,
      previous_status: status === 'healthy' ? 'unreachable' : 'healthy',
      did,
      generation,
      ...(reason === undefined ? {} : { reason }),
    },
  })
}

const registered = (agent: ConnectedAgent): AgentEvent => {
  const { did, name, capabilities, reach, generation } = agent
  return toAgentEvent(agent, {
    type: 'agent.registered',
    index: generation * INDICES + REGISTERED,
    at: Date.parse(agent.connectedAt),
    correlationId: `${did}#${generation}`,
    payload: { did, ...(name === undefined ? {} : { name }), capabilities, reach, generation },
  })
}

/** Events are sent, not appended: hundreds of agents may come at once, in many processes, to one stream. */
export const createAnnounceAgents = (options: {
  send: (message: Announcement) => Promise<void>
  clock: Clock
}): AnnounceAgents => {
  const announce = (event: AgentEvent): Promise<void> =>
    options.send({
      body: Buffer.from(JSON.stringify(event), 'utf8'),
      messageId: hashText(JSON.stringify([event.agent_id, event.event_index])),
      sessionId: AGENTS_STREAM,
      contentType: 'application/json',
    })

  return {
    registration: async (agent, before) => {
      await announce(registered(agent))
      if (before !== undefined) return
      const at = Date.parse(agent.connectedAt)
      await announce(statusChanged(agent, { kind: CONNECTED, at, status: 'healthy' }))
    },
    removal: (agent, reason) => {
      const at = Math.max(options.clock.now(), agent.generation)
      return announce(statusChanged(agent, { kind: GONE, at, status: 'unreachable', reason }))
    },
  }
}
