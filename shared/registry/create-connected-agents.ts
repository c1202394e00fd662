import { cacheCount } from '../kernel/cache-count.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { cachePresence } from './cache-presence.ts'
import type { ConnectedAgentStore, PresenceVersion } from './connected-agent-store.ts'
import type { ConnectedAgents } from './connected-agents.ts'
import { createPresenceWrite } from './write-presence.ts'

/** How often the activity of an agent is written. Silence is noticed that much later. */
export const TOUCH_MS = 30_000

const COUNT_CACHE_MS = 5000

/**
 * The connected agents over a store. A row is written first, then the version: a process that dies in between is
 * healed by the repetition of what it did, or misleads the others for a minute.
 * @param options.timeoutSeconds to the first answer of an agent to a call.
 * @param options.cacheMs for how long presence is taken as it was: at most 1000.
 */
export const createConnectedAgents = (options: {
  store: ConnectedAgentStore
  version: PresenceVersion
  clock: Clock
  log: Log
  proxyId: string
  timeoutSeconds: number
  cacheMs: number
}): ConnectedAgents => {
  const { store, version, clock, log } = options
  const presence = cachePresence({ ...options, read: store.read })
  const write = createPresenceWrite(options)
  const count = cacheCount({ count: store.count, clock, cacheMs: COUNT_CACHE_MS })
  const touching = new Set<string>()

  const tell = async (did: string): Promise<void> => {
    presence.forget(did)
    await version.change()
  }

  const noteActivity: ConnectedAgents['touch'] = async ({ did, generation }, isThere) => {
    const known = await presence.get(did)
    if (known?.agent.generation !== generation) return
    const now = clock.now()
    if (now - Date.parse(known.agent.lastActivity) < TOUCH_MS) return
    if (isThere !== undefined && !(await isThere())) return
    const lastActivity = new Date(now).toISOString()
    const next = await store.touch(did, lastActivity, known.version)
    const agent = { ...known.agent, lastActivity }
    // Written by somebody else meanwhile: what that was is read when it is asked for.
    await presence.update(did, known, next === undefined ? undefined : { ...known, agent, version: next })
  }

  return {
    find: async (did, { fresh = false } = {}) =>
      (await (fresh ? presence.getFresh(did) : presence.get(did)))?.agent,
    register: async (registration) => {
      const { change, ...result } = await write.register(registration)
      if (change === 'added') count.add(1)
      await tell(registration.did)
      return result
    },
    remove: async (...given) => {
      const { removed, isAbsent } = await write.remove(...given)
      if (removed !== undefined) count.add(-1)
      // Also when it was gone before: whoever removed it may have died before telling.
      if (isAbsent) await tell(given[0])
      return removed
    },
    touch: async (agent, isThere) => {
      if (touching.has(agent.did)) return
      touching.add(agent.did)
      try {
        await noteActivity(agent, isThere)
      } catch (error) {
        log.warn('The activity of an agent could not be written.', { agent_id: agent.id, error })
      } finally {
        touching.delete(agent.did)
      }
    },
    pages: store.pages,
    count: count.read,
  }
}
