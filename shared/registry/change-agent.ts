import { unavailable } from '../kernel/errors.ts'
import type { Agent } from './agent.ts'
import type { AgentStore, StoredAgent } from './agent-store.ts'

/** How often a change is tried again when somebody else was faster. */
const ATTEMPTS = 5

/** Changes one agent by what it is now: the same value leaves it, `undefined` removes it. @returns what it was. */
export type ChangeAgent = (
  id: string,
  next: (before: Agent | undefined) => Agent | undefined,
) => Promise<Agent | undefined>

const write = async (
  store: AgentStore,
  before: StoredAgent | undefined,
  after: Agent | undefined,
): Promise<boolean> => {
  if (after === before?.agent) return true
  if (before === undefined) return after === undefined || store.insert(after)
  const { agent, version } = before
  return after === undefined ? store.remove(agent.id, version) : store.replace(after, version)
}

/** Reads, decides and writes; decides anew when the agent was changed in between. */
export const createChangeAgent =
  ({ store, onChange }: { store: AgentStore; onChange: () => void }): ChangeAgent =>
  async (id, next) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await store.read(id)
      if (await write(store, before, next(before?.agent))) {
        onChange()
        return before?.agent
      }
    }
    throw unavailable(`The agent "${id}" is being changed by others. Try again.`)
  }
