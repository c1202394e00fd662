import type { Binding } from '../contract/a2a/dialect.ts'

/** How the gateway proves itself to an agent. Secrets are sealed texts (shared/kernel/seal.ts). */
export type AgentAuth =
  | { type: 'none' }
  | { type: 'bearer'; token: string }
  | { type: 'apiKey'; in: 'header' | 'query'; name: string; value: string }
  | { type: 'oauth2'; tokenUrl: string; clientId: string; clientSecret: string; scopes: readonly string[] }
  | { type: 'entra'; scope: string }
  | { type: 'passthrough' }

export type AgentStatus = 'healthy' | 'unhealthy' | 'unreachable' | 'unknown'

/** An agent, whatever its reach; the members below `fqdn` are of agents that have an HTTP endpoint (`a2a`). */
export type Agent = {
  id: string
  /** `a2a`: an HTTP endpoint; `socket`: connected by WebSocket; `workspace`: runs here; `api`: takes tasks by the coordination API. */
  reach: 'a2a' | 'socket' | 'workspace' | 'api'
  /** Where the row comes from: a file (goes when it is gone from there) or the admin API. */
  origin: 'file' | 'runtime'
  group: string
  name?: string
  description?: string
  /** Host and port. */
  fqdn: string
  scheme: 'http' | 'https'
  /** Between the host and every path; '' or "/x". */
  basePath: string
  /** The deployment that hosts the agent. */
  proxyId: string
  healthEndpoint: string
  agentCardEndpoint: string
  capabilities: readonly string[]
  a2aCapabilities: Readonly<Record<string, unknown>>
  /** Pins how the agent is spoken to; by default its card says. `seed` calls `{scheme}://{fqdn}{http_path}`. */
  protocol?: { version: '0.2' | '0.3' | '1.0' | 'seed'; binding?: Binding }
  auth: AgentAuth
  /** Seconds to a first answer. */
  timeoutSeconds: number
  cardSignatures: 'drop' | 'resign'
  /** Whether the messageId of a send counts as its Idempotency-Key. */
  messageIdIsKey: boolean
  /** Strict 1.0 cards for 1.0 clients; by default a card has the members of both versions. */
  strictCard: boolean
  status: AgentStatus
  /** ISO 8601, of the last change of `status`. */
  statusSince?: string
  did?: string
  connectedAt?: string
  lastActivity?: string
}
