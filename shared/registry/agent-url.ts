import type { Agent } from './agent.ts'

/** A path of the agent as an address: the host is always that of the registry, whatever the path says. */
export const agentUrl = (agent: Pick<Agent, 'scheme' | 'fqdn' | 'basePath'>, path: string): URL =>
  new URL(`${agent.scheme}://${agent.fqdn}${agent.basePath}${path.startsWith('/') ? '' : '/'}${path}`)
