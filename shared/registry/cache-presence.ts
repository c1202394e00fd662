import { BoundedMap } from '../kernel/bounded-map.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ConnectedAgentStore, PresenceVersion, StoredConnectedAgent } from './connected-agent-store.ts'

/** Agents that are remembered, absent ones too. */
const MAX_REMEMBERED = 20_000

/** A process that dies between a change and its announcement by the version misleads the others for so long at most. */
const MAX_AGE_MS = 60_000

/** The part of its time after which the version is read ahead, so that frames need not wait for it. */
const AHEAD = 0.75

type Stored = StoredConnectedAgent | undefined

export type PresenceCache = {
  /** What was stored at most `cacheMs` ago. */
  get(did: string): Promise<Stored>
  /** What is stored now. */
  getFresh(did: string): Promise<Stored>
  /** Remembers `next` if `known` still is what is remembered. */
  update(did: string, known: StoredConnectedAgent, next: Stored): Promise<void>
  forget(did: string): void
}

/**
 * Remembers agents for as long as the version of the membership stays: it is read at most about once in `cacheMs`,
 * however many agents there are and however often they are asked for.
 */
export const cachePresence = (options: {
  read: ConnectedAgentStore['read']
  version: Pick<PresenceVersion, 'read'>
  clock: Clock
  cacheMs: number
}): PresenceCache => {
  const { clock, cacheMs } = options
  /** Replaced as a whole when the version changed: what is still being loaded then is not remembered. */
  let remembered = new BoundedMap<string, { at: number; stored: Promise<Stored> }>(MAX_REMEMBERED)
  /** `at`: when the reading of it began. Whatever is remembered was read later. */
  let known: { version: string | undefined; at: number } | undefined
  let checking: { at: number; done: Promise<void> } | undefined

  const readVersion = async (at: number): Promise<void> => {
    const version = await options.version.read()
    if (known === undefined || known.version !== version) remembered = new BoundedMap(MAX_REMEMBERED)
    known = { version, at }
  }
  /** Shared by all that wait for it, unless it has taken so long that what it reads may be too old for them. */
  const check = (): Promise<void> => {
    const at = clock.now()
    if (checking !== undefined && at - checking.at < cacheMs) return checking.done
    const current = { at, done: readVersion(at) }
    checking = current
    return current.done.finally(() => {
      if (checking === current) checking = undefined
    })
  }

  const ensureCurrent = async (): Promise<void> => {
    const age = known === undefined ? Infinity : clock.now() - known.at
    if (age >= cacheMs) return check()
    // When it fails, whoever comes next tries again and is told.
    if (age >= cacheMs * AHEAD) void check().catch(() => undefined)
  }

  const load = async (did: string): Promise<Stored> => {
    const entry = { at: clock.now(), stored: options.read(did) }
    const memory = remembered
    memory.set(did, entry)
    try {
      return await entry.stored
    } catch (error) {
      if (memory.get(did) === entry) memory.delete(did)
      throw error
    }
  }

  return {
    get: async (did) => {
      await ensureCurrent()
      const entry = remembered.get(did)
      return entry !== undefined && clock.now() - entry.at < MAX_AGE_MS ? entry.stored : load(did)
    },
    getFresh: load,
    update: async (did, before, next) => {
      const entry = remembered.get(did)
      if (entry === undefined || (await entry.stored) !== before || remembered.get(did) !== entry) return
      if (next === undefined) remembered.delete(did)
      else remembered.set(did, { at: clock.now(), stored: Promise.resolve(next) })
    },
    forget: (did) => void remembered.delete(did),
  }
}
