import type { Problem } from '../kernel/config/problem.ts'
import { canonicalJson } from '../kernel/json.ts'
import type { Seal } from '../kernel/seal.ts'
import type { Agent } from './agent.ts'
import type { StoredAgent } from './agent-store.ts'
import type { ChangeAgent } from './change-agent.ts'
import { openAuth, sealAuth } from './seal-auth.ts'

/** The members that a definition does not say: they outlive it. */
const stateOf = ({ status, statusSince, did, connectedAt, lastActivity }: Agent): Partial<Agent> => ({
  status,
  ...(statusSince === undefined ? {} : { statusSince }),
  ...(did === undefined ? {} : { did }),
  ...(connectedAt === undefined ? {} : { connectedAt }),
  ...(lastActivity === undefined ? {} : { lastActivity }),
})

/** The agent with what is known of the one it replaces: nothing, when another deployment hosts it from now on. */
export const keepState = (agent: Agent, before: Agent): Agent =>
  agent.proxyId === before.proxyId ? { ...agent, ...stateOf(before) } : agent

const isTaken = ({ id }: Agent): Problem => ({
  setting: id,
  message: `The agent "${id}" of the file was not loaded: an agent added by the admin API has the id.`,
  remedy: `Remove one of them: DELETE /v1/admin/agents/${id} or the entry of the file; then POST /v1/admin/agents:refresh.`,
})

const cannotSeal = ({ id }: Agent, error: unknown): Problem => ({
  setting: id,
  message: `The agent "${id}" of the file was not loaded: its secrets cannot be sealed. ${error instanceof Error ? error.message : ''}`,
  remedy: 'Set AGENT_GATEWAY_SECRET_KEY and restart, or give the agent no secrets.',
})

type Sync = { agents: readonly Agent[]; rows: ReadonlyMap<string, StoredAgent>; change: ChangeAgent }

/** Whether a row says what the file says, apart from its state. */
const isSame = (agent: Agent, stored: Agent, sealing: Seal): boolean => {
  try {
    const inClear = { ...stored, auth: openAuth(stored.auth, stored.id, sealing) }
    return canonicalJson(keepState(agent, stored)) === canonicalJson(inClear)
  } catch {
    // Sealed with a key that is gone: to be written anew with the present one.
    return false
  }
}

const putOne = async (agent: Agent, { rows, change }: Sync, sealing: Seal): Promise<Problem[]> => {
  const known = rows.get(agent.id)?.agent
  if (known?.origin === 'file' && isSame(agent, known, sealing)) return []
  let sealed: Agent
  try {
    sealed = { ...agent, auth: sealAuth(agent.auth, agent.id, sealing) }
  } catch (error) {
    return [cannotSeal(agent, error)]
  }
  const before = await change(agent.id, (stored) => {
    if (stored === undefined) return sealed
    const stays = stored.origin === 'runtime' || isSame(agent, stored, sealing)
    return stays ? stored : keepState(sealed, stored)
  })
  return before?.origin === 'runtime' ? [isTaken(agent)] : []
}

/**
 * Brings the rows of origin `file` to what the files say. Rows that say it already are not written, so that it can be
 * done by many instances at once, any number of times.
 * @param sync.agents what the files say, with secrets in clear.
 */
export const syncFileAgents = async (sync: Sync, sealing: Seal): Promise<Problem[]> => {
  const problems: Problem[] = []
  for (const agent of sync.agents) problems.push(...(await putOne(agent, sync, sealing)))
  const inFiles = new Set(sync.agents.map(({ id }) => id))
  for (const { agent } of sync.rows.values()) {
    if (agent.origin !== 'file' || inFiles.has(agent.id)) continue
    await sync.change(agent.id, (stored) => (stored?.origin === 'file' ? undefined : stored))
  }
  return problems
}
