import { createConnectedAgentStore } from '../../shared/azure/tables/connected-agent-store.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import { createPresenceVersion } from '../../shared/azure/tables/presence-version.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import { createLog } from '../../shared/kernel/log.ts'
import type { ConnectedAgents, Registration } from '../../shared/registry/connected-agents.ts'
import type { ConnectedAgentStore, PresenceVersion } from '../../shared/registry/connected-agent-store.ts'
import { createConnectedAgents } from '../../shared/registry/create-connected-agents.ts'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.ts'

export const PRESENCE_MS = 1000

export type ConnectedStores = { store: ConnectedAgentStore; version: PresenceVersion }

/** The real stores over a storage connection string (Azurite). `suffix` gives a test tables of its own. */
export const openConnectedStores = (connectionString: string, suffix: string): ConnectedStores => ({
  store: createConnectedAgentStore(connectTable({ connectionString }, `agents${suffix}`)),
  version: createPresenceVersion(connectTable({ connectionString }, `connections${suffix}`)),
})

export type ConnectedBench = { connected: ConnectedAgents; clock: ManualClock; lines: string[] }

/** Connected agents as one process has them. */
export const openConnected = (
  stores: ConnectedStores,
  clock: ManualClock = createManualClock(),
): ConnectedBench => {
  const lines: string[] = []
  const log = createLog({ level: 'debug', clock: clock as Clock, write: (line) => void lines.push(line) })
  const connected = createConnectedAgents({
    ...stores,
    clock,
    log,
    proxyId: 'here',
    timeoutSeconds: 30,
    cacheMs: PRESENCE_MS,
  })
  return { connected, clock, lines }
}

export const registration = (did: string, connectionId = `connection-of-${did}`): Registration => ({
  did,
  connectionId,
  capabilities: ['a2a'],
})
