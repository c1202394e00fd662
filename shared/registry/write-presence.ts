import type { Clock } from '../kernel/clock.ts'
import { unavailable } from '../kernel/errors.ts'
import type { ConnectedAgentStore, StoredConnectedAgent } from './connected-agent-store.ts'
import type { ConnectedAgent, ConnectedAgents, Registration } from './connected-agents.ts'
import { saysSame } from './says-same.ts'
import { toConnectedAgent } from './to-connected-agent.ts'

/** How often a change is tried again when somebody else was faster: of many at once, one is done each time. */
const ATTEMPTS = 20

export type PresenceWrite = {
  /** `none`: the row is that of this connection already, and says the same. */
  register(registration: Registration): Promise<{
    agent: ConnectedAgent
    before?: ConnectedAgent
    change: 'added' | 'replaced' | 'none'
  }>
  /** `isAbsent`: there was none, whoever removed it. */
  remove(
    ...given: Parameters<ConnectedAgents['remove']>
  ): Promise<{ removed?: ConnectedAgent; isAbsent: boolean }>
}

const withoutCard = ({ card: _card, ...agent }: ConnectedAgent): ConnectedAgent => agent

const resultOf = ({ agent, before }: Omit<StoredConnectedAgent, 'version'>) => ({
  agent,
  ...(before === undefined ? {} : { before }),
})

/** Decides by what is stored, writes if that is unchanged, and else decides anew. */
export const createPresenceWrite = (options: {
  store: ConnectedAgentStore
  clock: Clock
  proxyId: string
  timeoutSeconds: number
}): PresenceWrite => {
  const { store, clock, proxyId, timeoutSeconds } = options

  const attempt = async <Result>(did: string, step: () => Promise<Result | undefined>): Promise<Result> => {
    for (let tries = 0; tries < ATTEMPTS; tries++) {
      const result = await step()
      if (result !== undefined) return result
    }
    throw unavailable(`The agent ${did} is connecting and leaving in too many places at once. Try again.`)
  }

  return {
    register: (registration) =>
      attempt(registration.did, async () => {
        const stored = await store.read(registration.did)
        const isSame = stored?.agent.connectionId === registration.connectionId
        if (isSame && saysSame(stored.agent, registration)) {
          return { ...resultOf(stored), change: 'none' }
        }
        const now = clock.now()
        const generation = Math.max(now, (stored?.agent.generation ?? 0) + 1)
        const agent = toConnectedAgent(registration, { generation, now, proxyId, timeoutSeconds })
        if (stored === undefined)
          return (await store.insert({ agent })) ? { agent, change: 'added' } : undefined
        const { connectedAt } = isSame ? stored.agent : agent
        const content = { agent: { ...agent, connectedAt }, before: withoutCard(stored.agent) }
        return (await store.replace(content, stored.version)) ? { ...content, change: 'replaced' } : undefined
      }),
    remove: (did, connectionId, { lastActivity } = {}) =>
      attempt(did, async () => {
        const stored = await store.read(did)
        if (stored === undefined) return { isAbsent: true }
        const { agent, version } = stored
        const isAnother = agent.connectionId !== connectionId
        if (isAnother || (lastActivity !== undefined && agent.lastActivity !== lastActivity)) {
          return { isAbsent: false }
        }
        return (await store.remove(did, version)) ? { removed: agent, isAbsent: true } : undefined
      }),
  }
}
