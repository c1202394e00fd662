import type { NewAgent } from '../contract/agents/agent-definition.ts'
import { notFound } from '../kernel/errors.ts'
import type { Seal } from '../kernel/seal.ts'
import type { Agent } from './agent.ts'
import type { AgentFilter, AgentRegistry } from './agent-registry.ts'
import type { ConnectedAgent, ConnectedAgents } from './connected-agents.ts'
import { describeAuth, sealAuth } from './seal-auth.ts'
import { toAgent } from './to-agent.ts'

/** An agent with all that is known of it, in the keys of the registry file; of its auth no secret. */
export type ShownAgent = Omit<Agent, 'auth' | 'timeoutSeconds'> & {
  timeout: number
  auth: Record<string, unknown>
}

/** What an operator does with agents. */
export type AdminAgents = {
  /** Adds or replaces a run-time agent. @throws GatewayError 409 when a file has the id. */
  put(agent: NewAgent): Promise<{ outcome: 'added' | 'replaced'; agent: ShownAgent }>
  list(
    filter: AgentFilter,
    page: { after?: string | undefined; limit: number },
  ): Promise<{ agents: ShownAgent[]; next?: string }>
  /** @throws GatewayError 404. */
  show(id: string): Promise<ShownAgent>
  /** One that is connected loses its connection. @throws GatewayError 404, or 409 when a file has the id. */
  remove(id: string): Promise<void>
  refresh: AgentRegistry['refresh']
}

const show = ({ auth, timeoutSeconds, ...agent }: Agent): ShownAgent => ({
  ...agent,
  timeout: timeoutSeconds,
  auth: describeAuth(auth),
})

const unknown = (id: string): Error =>
  notFound(`There is no agent "${id}". GET /v1/admin/agents lists all of them.`)

/**
 * @param options.proxyId the deployment that hosts an agent which names none.
 * @param options.disconnect lets a connected agent go.
 */
export const createAdminAgents = (options: {
  registry: AgentRegistry
  connected: Pick<ConnectedAgents, 'find'>
  disconnect: (agent: ConnectedAgent) => Promise<void>
  sealing: Pick<Seal, 'seal'>
  proxyId: string
}): AdminAgents => {
  const { registry, connected, disconnect, sealing, proxyId } = options
  const find = async (id: string): Promise<Agent> => {
    const agent = await registry.getAgent(id)
    if (agent === undefined) throw unknown(id)
    return agent
  }

  return {
    put: async ({ group, ...definition }) => {
      const inClear = toAgent(definition, { group, origin: 'runtime', proxyId })
      const agent = { ...inClear, auth: sealAuth(inClear.auth, inClear.id, sealing) }
      const outcome = await registry.put(agent)
      return { outcome, agent: show(await find(agent.id)) }
    },
    list: async (filter, page) => {
      const { agents, ...rest } = await registry.list(filter, page)
      return { agents: agents.map(show), ...rest }
    },
    show: async (id) => show(await find(id)),
    remove: async (id) => {
      const agent = await connected.find(id, { fresh: true })
      if (agent !== undefined) return disconnect(agent)
      if (!(await registry.remove(id))) throw unknown(id)
    },
    refresh: () => registry.refresh(),
  }
}
