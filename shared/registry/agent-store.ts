import type { Agent } from './agent.ts'

/** An agent as it is stored, and the version that a change of it has to name. */
export type StoredAgent = { agent: Agent; version: string }

/** Keeps agents by id. Every change is conditional: false means that somebody else was faster. */
export type AgentStore = {
  read(id: string): Promise<StoredAgent | undefined>
  /** All but the connected ones (their ids are DIDs), in no particular order. */
  list(): Promise<StoredAgent[]>
  /** False when the id is there already. */
  insert(agent: Agent): Promise<boolean>
  replace(agent: Agent, version: string): Promise<boolean>
  remove(id: string, version: string): Promise<boolean>
}
