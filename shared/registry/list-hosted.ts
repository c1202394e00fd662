import type { Agent } from './agent.ts'
import type { AgentRegistry } from './agent-registry.ts'

const PAGE_AGENTS = 1000

/** The agents with an HTTP endpoint that this deployment hosts, in order of id. */
export const listHosted = async (options: {
  registry: Pick<AgentRegistry, 'list'>
  proxyId: string
}): Promise<Agent[]> => {
  const hosted: Agent[] = []
  for (let after: string | undefined; ;) {
    const page = await options.registry.list({ reach: 'a2a' }, { after, limit: PAGE_AGENTS })
    hosted.push(...page.agents.filter(({ proxyId }) => proxyId === options.proxyId))
    if (page.next === undefined) return hosted
    after = page.next
  }
}
