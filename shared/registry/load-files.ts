import type { Problem } from '../kernel/config/problem.ts'
import type { Log } from '../kernel/log.ts'
import type { Seal } from '../kernel/seal.ts'
import type { Agent } from './agent.ts'
import type { AgentCache } from './cache-agents.ts'
import type { ChangeAgent } from './change-agent.ts'
import { syncFileAgents } from './sync-file-agents.ts'

/**
 * What the files say: agents with their secrets in clear, and what is wrong with the rest. Without `agents` nobody knows
 * what they say, and the rows stay as they are.
 */
export type FileAgents = { agents: Agent[] | undefined; problems: Problem[] }

export type LoadFiles = {
  /** Resolves when this process has loaded the files once; a failure is not kept, the next call tries again. */
  loaded(): Promise<void>
  reload(): Promise<void>
  /** Of the last time they were loaded. */
  problems(): readonly Problem[]
}

/** Brings what the files say into the store. */
export const createLoadFiles = (options: {
  readFiles: () => FileAgents
  cache: AgentCache
  change: ChangeAgent
  sealing: Seal
  log: Log
}): LoadFiles => {
  const { readFiles, cache, change, sealing, log } = options
  let problems: readonly Problem[] = []
  let loading: Promise<void> | undefined

  const load = async (): Promise<void> => {
    const files = readFiles()
    problems = files.problems
    cache.drop()
    const rows = await cache.read()
    if (files.agents !== undefined) {
      const refused = await syncFileAgents({ agents: files.agents, rows, change }, sealing)
      problems = [...files.problems, ...refused]
    }
    for (const { setting, message, remedy } of problems) log.error(message, { setting, remedy })
  }

  const reload = async (): Promise<void> => {
    const current = load()
    loading = current
    try {
      await current
    } catch (error) {
      if (loading === current) loading = undefined
      throw error
    }
  }

  return { loaded: () => loading ?? reload(), reload, problems: () => problems }
}
