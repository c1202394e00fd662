import { mapBounded } from '../kernel/map-bounded.ts'
import type { Agent } from './agent.ts'
import type { AgentFilter, AgentRegistry } from './agent-registry.ts'

/** Cards are asked for where the agents are, so not all at once. */
const CARDS_AT_A_TIME = 10

/** What GET /agents says of an agent. `url` is where A2A clients reach it: they look for the card below it. */
export type ListedAgent = {
  id: string
  reach: Agent['reach']
  status: Agent['status']
  did?: string
  connected_at?: string
  last_activity?: string
  name: string
  description: string
  url: string
}

export type ListAgentsRequest = {
  filter: AgentFilter
  page: { limit: number; after?: string | undefined }
  /** `cards`: agent cards in place of the short form. */
  view: 'list' | 'cards'
  /** Where clients reach the gateway, without a slash at the end. */
  baseUrl: string
}

export type ListAgents = (
  request: ListAgentsRequest,
) => Promise<{ agents: unknown[]; count: number; next?: string }>

const toListed = (agent: Agent, baseUrl: string): ListedAgent => ({
  id: agent.id,
  reach: agent.reach,
  status: agent.status,
  ...(agent.did === undefined ? {} : { did: agent.did }),
  ...(agent.connectedAt === undefined ? {} : { connected_at: agent.connectedAt }),
  ...(agent.lastActivity === undefined ? {} : { last_activity: agent.lastActivity }),
  name: agent.name ?? agent.id,
  description: agent.description ?? '',
  url: `${baseUrl}/agents/${encodeURIComponent(agent.id)}/`,
})

/**
 * Lists agents, a page at a time; `count` is the number of the page.
 * @param options.getCard the card of an agent for clients of the gateway at `baseUrl`; a minimal one where it cannot be had.
 */
export const createListAgents =
  (options: {
    registry: Pick<AgentRegistry, 'list'>
    getCard: (agent: Agent, baseUrl: string) => Promise<unknown>
  }): ListAgents =>
  async ({ filter, page, view, baseUrl }) => {
    const { agents, ...rest } = await options.registry.list(filter, page)
    const listed =
      view === 'cards'
        ? await mapBounded(agents, CARDS_AT_A_TIME, (agent) => options.getCard(agent, baseUrl))
        : agents.map((agent) => toListed(agent, baseUrl))
    return { agents: listed, count: listed.length, ...rest }
  }
