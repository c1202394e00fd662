import type { AgentDefinition } from '../contract/agents/agent-definition.ts'
import type { Agent } from './agent.ts'

const isThisMachine = (fqdn: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(fqdn)

/** The agent that a definition describes; its secrets are still in clear, its state is not known yet. */
export const toAgent = (
  definition: AgentDefinition,
  place: { group: string; origin: Agent['origin']; proxyId: string },
): Agent => {
  const { timeout, name, description, protocol, ...rest } = definition
  const { version, binding } = protocol ?? {}
  return {
    ...rest,
    reach: 'a2a',
    group: place.group,
    origin: place.origin,
    proxyId: definition.proxyId ?? place.proxyId,
    scheme: definition.scheme ?? (isThisMachine(definition.fqdn) ? 'http' : 'https'),
    timeoutSeconds: timeout,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(version === undefined
      ? {}
      : { protocol: { version, ...(binding === undefined ? {} : { binding }) } }),
    status: 'unknown',
  }
}
