import { createLog } from '../../shared/kernel/log.ts'
import { createSeal, type Seal } from '../../shared/kernel/seal.ts'
import type { Agent } from '../../shared/registry/agent.ts'
import type { AgentStore } from '../../shared/registry/agent-store.ts'
import type { ConnectedAgents } from '../../shared/registry/connected-agents.ts'
import { createRegistry, type FileRegistry } from '../../shared/registry/create-registry.ts'
import type { FileAgents } from '../../shared/registry/load-files.ts'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.ts'

export const CACHE_MS = 5000

/** The seal of a deployment with this secret. */
export const openSealing = (secret = 'the secret of the deployment'): Seal =>
  createSeal({ keys: () => [secret] })

export type RegistryMeans = { sealing?: Seal; connected?: Pick<ConnectedAgents, 'find' | 'pages'> }

export type RegistryBench = {
  registry: FileRegistry
  clock: ManualClock
  /** What the files say from now on. */
  write(files: Partial<FileAgents>): void
}

/** Where no agent is connected. */
export const nobodyConnected: Pick<ConnectedAgents, 'find' | 'pages'> = {
  find: async () => undefined,
  pages: async function* () {},
}

/** A registry as one instance has it, with files that the test writes. */
export const openRegistry = (
  store: AgentStore,
  agents: Agent[] = [],
  { sealing = openSealing(), connected = nobodyConnected }: RegistryMeans = {},
): RegistryBench => {
  const clock = createManualClock()
  let files: FileAgents = { agents, problems: [] }
  const registry = createRegistry({
    store,
    connected,
    readFiles: () => files,
    sealing,
    clock,
    log: createLog({ level: 'error', clock, write: () => undefined }),
    cacheMs: CACHE_MS,
  })
  return { registry, clock, write: (changed) => void (files = { ...files, ...changed }) }
}
