import type { Seal } from '../kernel/seal.ts'
import type { AgentAuth } from './agent.ts'

/** What a sealed secret is bound to: moved to another agent's row it cannot be opened. */
export const authContext = (agentId: string): string => `agent:${agentId}`

const mapSecrets = (auth: AgentAuth, change: (secret: string) => string): AgentAuth => {
  if (auth.type === 'bearer') return { ...auth, token: change(auth.token) }
  if (auth.type === 'apiKey') return { ...auth, value: change(auth.value) }
  if (auth.type === 'oauth2') return { ...auth, clientSecret: change(auth.clientSecret) }
  return auth
}

/** The same with its secrets sealed for this agent. */
export const sealAuth = (auth: AgentAuth, agentId: string, { seal }: Pick<Seal, 'seal'>): AgentAuth =>
  mapSecrets(auth, (secret) => seal(secret, authContext(agentId)))

/** The same with its secrets in clear. @throws GatewayError 503 when they were sealed for another agent, or with a key that is gone. */
export const openAuth = (auth: AgentAuth, agentId: string, { open }: Pick<Seal, 'open'>): AgentAuth =>
  mapSecrets(auth, (secret) => open(secret, authContext(agentId)))

/** What may be shown of it: its type and what is no secret. */
export const describeAuth = (auth: AgentAuth): Record<string, unknown> => {
  if (auth.type === 'apiKey') return { type: auth.type, in: auth.in, name: auth.name }
  if (auth.type === 'oauth2') {
    return { type: auth.type, tokenUrl: auth.tokenUrl, clientId: auth.clientId, scopes: auth.scopes }
  }
  return auth.type === 'entra' ? { type: auth.type, scope: auth.scope } : { type: auth.type }
}
