import type { Agent } from './agent.ts'
import type { AgentFilter } from './agent-registry.ts'

const matches = (agent: Agent, { group, reach, capability, status }: AgentFilter): boolean =>
  (group === undefined || agent.group === group) &&
  (reach === undefined || agent.reach === reach) &&
  (capability === undefined || agent.capabilities.includes(capability)) &&
  (status === undefined || agent.status === status)

/** A page of the agents that match, in order of id. `next` is given when more follow. */
export const selectAgents = (
  agents: Iterable<Agent>,
  filter: AgentFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): { agents: Agent[]; next?: string } => {
  const found = [...agents]
    .filter((agent) => matches(agent, filter) && (after === undefined || agent.id > after))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { agents: page, ...(found.length > limit && last !== undefined ? { next: last.id } : {}) }
}
