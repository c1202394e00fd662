import type { Agent } from './agent.ts'
import type { AgentFilter, AgentRegistry } from './agent-registry.ts'

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
  capabilities: readonly string[]
  url: string
}

export type AskingClient = { headers: Headers; url: URL }

export type ListAgentsRequest = {
  filter: AgentFilter
  page: { limit: number; after?: string | undefined }
  /** `cards`: agent cards in place of the short form. */
  view: 'list' | 'cards'
  /** Who asks, and where: addresses in the answer lead there. */
  client: AskingClient
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
  capabilities: agent.capabilities,
  url: `${baseUrl}/agents/${encodeURIComponent(agent.id)}/`,
})

/** What the client knows already is this list, not a card in it: each card is wanted whole. */
const unconditional = ({ headers, url }: AskingClient): AskingClient => {
  const whole = new Headers(headers)
  whole.delete('if-none-match')
  return { headers: whole, url }
}

/**
 * Lists agents, a page at a time; `count` is the number of the page.
 * @param options.originOf where this client reaches the gateway, without a slash at the end.
 * @param options.getCard the card of an agent for this client; a minimal one where it cannot be had.
 */
export const createListAgents =
  (options: {
    registry: Pick<AgentRegistry, 'list'>
    originOf: (client: AskingClient) => string
    getCard: (agent: Agent, client: AskingClient) => Promise<unknown>
  }): ListAgents =>
  async ({ filter, page, view, client }) => {
    const { agents, ...rest } = await options.registry.list(filter, page)
    const asking = unconditional(client)
    const listed =
      view === 'cards'
        ? // All at once: an agent that does not answer takes its time, and a page is short.
          await Promise.all(agents.map((agent) => options.getCard(agent, asking)))
        : agents.map((agent) => toListed(agent, options.originOf(client)))
    return { agents: listed, count: listed.length, ...rest }
  }
