import type { Clock } from '../kernel/clock.ts'
import type { Problem } from '../kernel/config/problem.ts'
import { conflict } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Seal } from '../kernel/seal.ts'
import type { Agent } from './agent.ts'
import type { AgentFilter, AgentRegistry } from './agent-registry.ts'
import type { AgentStore, StoredAgent } from './agent-store.ts'
import { cacheAgents } from './cache-agents.ts'
import { createChangeAgent } from './change-agent.ts'
import type { ConnectedAgent, ConnectedAgents } from './connected-agents.ts'
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

/** The id of an agent that is connected is its DID; no other id has a colon. */
const isDid = (id: string): boolean => id.startsWith('did:')

/** Connected agents are many, and in no group: they are read where they are asked for. */
const asksForConnected = ({ reach = 'socket', group = '' }: AgentFilter): boolean =>
  reach === 'socket' && group === ''

const readAll = async ({ pages }: Pick<ConnectedAgents, 'pages'>): Promise<ConnectedAgent[]> => {
  const agents: ConnectedAgent[] = []
  for await (const page of pages()) agents.push(...page)
  return agents
}

/**
 * The registry over a store. The files are read at the first use of a process and at `refresh`; every later read is
 * served from what was read at most `cacheMs` ago, except for an id that was not there: that one is looked up.
 * Agents that are connected are asked for one by one, and changed by connecting alone.
 */
export const createRegistry = (options: {
  store: AgentStore
  connected: Pick<ConnectedAgents, 'find' | 'pages'>
  readFiles: () => FileAgents
  sealing: Seal
  clock: Clock
  log: Log
  cacheMs: number
}): FileRegistry => {
  const { store, connected, clock } = options
  const cache = cacheAgents(options)
  const change = createChangeAgent({ store, onChange: cache.drop })
  const files = createLoadFiles({ ...options, cache, change })

  const read = async (): Promise<ReadonlyMap<string, StoredAgent>> => {
    await files.loaded()
    return cache.read()
  }
  const select = async (filter: AgentFilter, page: Parameters<AgentRegistry['list']>[1]) => {
    const stored = [...(await read()).values()].map(({ agent }) => agent)
    const others = asksForConnected(filter) ? await readAll(connected) : []
    return selectAgents([...stored, ...others], filter, page)
  }

  return {
    getAgent: async (id) =>
      isDid(id) ? connected.find(id) : ((await read()).get(id) ?? (await store.read(id)))?.agent,
    getAgentsByGroup: async (group) => (await select({ group }, { limit: Infinity })).agents,
    list: select,
    put: async (agent) => {
      await files.loaded()
      const before = await change(agent.id, (stored) => {
        checkOrigin(stored)
        return stored === undefined ? agent : keepState(agent, stored)
      })
      return before === undefined ? 'added' : 'replaced'
    },
    remove: async (id) => {
      if (isDid(id)) return false
      await files.loaded()
      return (await change(id, checkOrigin)) !== undefined
    },
    setStatus: async (id, status) => {
      if (isDid(id)) return
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
