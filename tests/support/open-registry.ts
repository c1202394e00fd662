import { createLog } from '../../shared/kernel/log.ts'
import type { Agent } from '../../shared/registry/agent.ts'
import type { AgentStore } from '../../shared/registry/agent-store.ts'
import { createRegistry, type FileRegistry } from '../../shared/registry/create-registry.ts'
import type { FileAgents } from '../../shared/registry/load-files.ts'
import type { Sealing } from '../../shared/registry/seal-auth.ts'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.ts'

export const CACHE_MS = 5000

/** Seals so that tests can see what was sealed for what; like real seals no two are the same. */
export const openSealing = (key = 'k1'): Sealing => {
  let count = 0
  return {
    seal: (text, context) => Buffer.from(JSON.stringify([key, context, text, ++count])).toString('base64url'),
    open: (sealed, context) => {
      const [sealedWith, sealedFor, text] = JSON.parse(Buffer.from(sealed, 'base64url').toString('utf8'))
      if (sealedWith !== key || sealedFor !== context) throw new Error('It cannot be opened.')
      return text
    },
  }
}

export type RegistryBench = {
  registry: FileRegistry
  clock: ManualClock
  /** What the files say from now on. */
  write(files: Partial<FileAgents>): void
}

/** A registry as one instance has it, with files that the test writes. */
export const openRegistry = (
  store: AgentStore,
  agents: Agent[] = [],
  sealing: Sealing = openSealing(),
): RegistryBench => {
  const clock = createManualClock()
  let files: FileAgents = { agents, problems: [] }
  const registry = createRegistry({
    store,
    readFiles: () => files,
    sealing,
    clock,
    log: createLog({ level: 'error', clock, write: () => undefined }),
    cacheMs: CACHE_MS,
  })
  return { registry, clock, write: (changed) => void (files = { ...files, ...changed }) }
}
