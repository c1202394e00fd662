import { createAgentStore } from '../../shared/azure/tables/agent-store.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import type { AgentStore } from '../../shared/registry/agent-store.ts'

/** The real store over a storage connection string (Azurite). `suffix` gives a test a table of its own. */
export const openAgents = (connectionString: string, suffix = ''): AgentStore =>
  createAgentStore(connectTable({ connectionString }, `agents${suffix}`))
