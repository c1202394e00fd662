import { createAgentStore } from '../../shared/azure/tables/agent-store.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import type { Agent } from '../../shared/registry/agent.ts'
import type { AgentStore } from '../../shared/registry/agent-store.ts'

/** The real store over a storage connection string (Azurite). `suffix` gives a test a table of its own. */
export const openAgents = (connectionString: string, suffix = ''): AgentStore =>
  createAgentStore(connectTable({ connectionString }, `agents${suffix}`))

/** An agent with an HTTP endpoint. */
export const testAgent = (id: string, members: Partial<Agent> = {}): Agent => ({
  id,
  reach: 'a2a',
  origin: 'runtime',
  group: 'test',
  fqdn: '127.0.0.1:9',
  scheme: 'http',
  basePath: '',
  proxyId: 'here',
  healthEndpoint: '/health',
  agentCardEndpoint: '/.well-known/agent.json',
  capabilities: [],
  a2aCapabilities: {},
  auth: { type: 'none' },
  timeoutSeconds: 30,
  cardSignatures: 'drop',
  messageIdIsKey: false,
  strictCard: false,
  status: 'unknown',
  ...members,
})
