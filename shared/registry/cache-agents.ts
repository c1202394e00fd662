import type { Clock } from '../kernel/clock.ts'
import type { AgentStore, StoredAgent } from './agent-store.ts'

export type AgentCache = {
  /** All agents by id, as they were at most `cacheMs` ago. */
  read(): Promise<ReadonlyMap<string, StoredAgent>>
  /** The next read asks the store: something was changed here. */
  drop(): void
}

/** Remembers the whole registry, so that a request costs no storage operation. */
export const cacheAgents = (options: { store: AgentStore; clock: Clock; cacheMs: number }): AgentCache => {
  const { store, clock, cacheMs } = options
  let latest: { at: number; agents: Promise<ReadonlyMap<string, StoredAgent>> } | undefined

  const load = async (): Promise<ReadonlyMap<string, StoredAgent>> => {
    const stored = await store.list()
    return new Map(stored.map((item) => [item.agent.id, item]))
  }

  const drop = (): void => {
    latest = undefined
  }

  return {
    read: async () => {
      const now = clock.now()
      if (latest === undefined || now - latest.at >= cacheMs) latest = { at: now, agents: load() }
      const current = latest
      try {
        return await current.agents
      } catch (error) {
        if (latest === current) drop()
        throw error
      }
    },
    drop,
  }
}
