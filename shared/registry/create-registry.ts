import type { Clock } from '../kernel/clock.ts'
import type { Problem } from '../kernel/config/problem.ts'
import { conflict } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Agent } from './agent.ts'
import type { AgentRegistry } from './agent-registry.ts'
import type { AgentStore, StoredAgent } from './agent-store.ts'
import { cacheAgents } from './cache-agents.ts'
import { createChangeAgent } from './change-agent.ts'
import type { Sealing } from './seal-auth.ts'
import { selectAgents } from './select-agents.ts'
import { keepState, syncFileAgents } from './sync-file-agents.ts'

/** What the files say: agents with their secrets in clear, and what is wrong with the rest. */
export type FileAgents = { agents: Agent[]; problems: Problem[] }

export type FileRegistry = AgentRegistry & {
  /** What was wrong with the files when they were last read. */
  problems(): readonly Problem[]
}

const ofFile = (id: string): never => {
  throw conflict(
    `The agent "${id}" comes from workspace/agent-registry.yaml, so it is changed and removed there. Deploy the changed file, or choose another id.`,
  )
}

/**
 * The registry over a store. The files are read at the first use of a process and at `refresh`; every later read is
 * served from what was read at most `cacheMs` ago, except for an id that was not there: that one is looked up.
 */
export const createRegistry = (options: {
  store: AgentStore
  readFiles: () => FileAgents
  sealing: Sealing
  clock: Clock
  log: Log
  cacheMs: number
}): FileRegistry => {
  const { store, readFiles, sealing, clock, log } = options
  const cache = cacheAgents(options)
  const change = createChangeAgent({ store, onChange: cache.drop })
  let problems: readonly Problem[] = []
  let loaded: Promise<void> | undefined

  const load = async (): Promise<void> => {
    const files = readFiles()
    cache.drop()
    const rows = await cache.read()
    const refused = await syncFileAgents({ agents: files.agents, rows, change }, sealing)
    cache.drop()
    problems = [...files.problems, ...refused]
    for (const { setting, message, remedy } of problems) log.error(message, { setting, remedy })
  }

  /** A failure is not kept: the next use tries again. */
  const loadOnce = (): Promise<void> =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined
      throw error
    }))

  const read = async (): Promise<ReadonlyMap<string, StoredAgent>> => {
    await loadOnce()
    return cache.read()
  }
  const all = async (): Promise<Agent[]> => [...(await read()).values()].map(({ agent }) => agent)

  return {
    getAgent: async (id) => ((await read()).get(id) ?? (await store.read(id)))?.agent,
    getAgentsByGroup: async (group) => selectAgents(await all(), { group }, { limit: Infinity }).agents,
    list: async (filter, page) => selectAgents(await all(), filter, page),
    put: async (agent) => {
      await loadOnce()
      const before = await change(agent.id, (stored) => {
        if (stored?.origin === 'file') ofFile(agent.id)
        return stored === undefined ? agent : keepState(agent, stored)
      })
      return before === undefined ? 'added' : 'replaced'
    },
    remove: async (id) => {
      await loadOnce()
      const before = await change(id, (stored) => {
        if (stored?.origin === 'file') ofFile(id)
        return undefined
      })
      return before !== undefined
    },
    setStatus: async (id, status) => {
      const statusSince = new Date(clock.now()).toISOString()
      await change(id, (stored) =>
        stored === undefined || stored.status === status ? stored : { ...stored, status, statusSince },
      )
    },
    refresh: async () => {
      loaded = undefined
      await loadOnce()
      return { agents: (await cache.read()).size, problems: [...problems] }
    },
    problems: () => problems,
  }
}
