import type { Clock } from '../kernel/clock.ts'
import type { Problem } from '../kernel/config/problem.ts'
import { conflict } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Seal } from '../kernel/seal.ts'
import type { Agent } from './agent.ts'
import type { AgentRegistry } from './agent-registry.ts'
import type { AgentStore, StoredAgent } from './agent-store.ts'
import { cacheAgents } from './cache-agents.ts'
import { createChangeAgent } from './change-agent.ts'
import { createLoadFiles, type FileAgents } from './load-files.ts'
import { selectAgents } from './select-agents.ts'
import { keepState } from './sync-file-agents.ts'

export type FileRegistry = AgentRegistry & {
  /** What was wrong with the files when they were last read. */
  problems(): readonly Problem[]
}

/** @throws GatewayError 409 for an agent of a file. */
const checkOrigin = (agent: Agent | undefined): undefined => {
  if (agent?.origin !== 'file') return undefined
  throw conflict(
    `The agent "${agent.id}" comes from workspace/agent-registry.yaml, so it is changed and removed there. Deploy the changed file, or choose another id.`,
  )
}

/**
 * The registry over a store. The files are read at the first use of a process and at `refresh`; every later read is
 * served from what was read at most `cacheMs` ago, except for an id that was not there: that one is looked up.
 */
export const createRegistry = (options: {
  store: AgentStore
  readFiles: () => FileAgents
  sealing: Seal
  clock: Clock
  log: Log
  cacheMs: number
}): FileRegistry => {
  const { store, clock } = options
  const cache = cacheAgents(options)
  const change = createChangeAgent({ store, onChange: cache.drop })
  const files = createLoadFiles({ ...options, cache, change })

  const read = async (): Promise<ReadonlyMap<string, StoredAgent>> => {
    await files.loaded()
    return cache.read()
  }
  const all = async (): Promise<Agent[]> => [...(await read()).values()].map(({ agent }) => agent)

  return {
    getAgent: async (id) => ((await read()).get(id) ?? (await store.read(id)))?.agent,
    getAgentsByGroup: async (group) => selectAgents(await all(), { group }, { limit: Infinity }).agents,
    list: async (filter, page) => selectAgents(await all(), filter, page),
    put: async (agent) => {
      await files.loaded()
      const before = await change(agent.id, (stored) => {
        checkOrigin(stored)
        return stored === undefined ? agent : keepState(agent, stored)
      })
      return before === undefined ? 'added' : 'replaced'
    },
    remove: async (id) => {
      await files.loaded()
      return (await change(id, checkOrigin)) !== undefined
    },
    setStatus: async (id, status) => {
      const changed = { status, statusSince: new Date(clock.now()).toISOString() }
      await change(id, (stored) => (stored?.status === status ? stored : stored && { ...stored, ...changed }))
    },
    refresh: async () => {
      await files.reload()
      return { agents: (await cache.read()).size, problems: [...files.problems()] }
    },
    problems: files.problems,
  }
}
