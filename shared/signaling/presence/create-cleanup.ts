import { mapBounded } from '../../kernel/map-bounded.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../registry/connected-agents.ts'
import { TOUCH_MS } from '../../registry/create-connected-agents.ts'
import type { Lobby } from '../lobby.ts'
import { createExpireRegistration } from './create-expire-registration.ts'
import { createLetGo, type LetGoOptions } from './create-let-go.ts'

const AT_A_TIME = 10

type CleanupOptions = LetGoOptions & {
  connected: Pick<ConnectedAgents, 'pages'>
  lobby: Pick<Lobby, 'before' | 'has' | 'leave'>
  agentTimeoutMs: number
  connectionTimeoutMs: number
}

/**
 * Ends the connections of agents that fell silent, and those that never registered and whose message was lost.
 * A failure is logged and stops no other.
 */
export const createCleanup = (options: CleanupOptions): (() => Promise<void>) => {
  const { connected, lobby, clock, log, agentTimeoutMs, connectionTimeoutMs } = options
  const letGo = createLetGo(options)
  const expireRegistration = createExpireRegistration(options)

  const attempt = async (work: () => Promise<unknown>, fields: Record<string, unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      log.error('The cleanup of connections failed in part; the next one tries again.', { ...fields, error })
    }
  }

  const endSilent = async (): Promise<void> => {
    const limit = clock.now() - agentTimeoutMs - TOUCH_MS
    const isSilent = ({ lastActivity }: ConnectedAgent): boolean => Date.parse(lastActivity) < limit
    const end = (agent: ConnectedAgent): Promise<void> => {
      const { id, lastActivity } = agent
      const words = 'The agent gave no sign of life (AGENT_TIMEOUT).'
      return attempt(() => letGo(agent, { reason: 'timeout', words, lastActivity }), { agent_id: id })
    }
    for await (const page of connected.pages()) await mapBounded(page.filter(isSilent), AT_A_TIME, end)
  }

  const endUnregistered = async (): Promise<void> => {
    const waiting = await lobby.before(clock.now() - connectionTimeoutMs - TOUCH_MS)
    await mapBounded(waiting, AT_A_TIME, (id) =>
      attempt(() => expireRegistration({ kind: 'registration', connection_id: id }), { connection_id: id }),
    )
  }

  return async () => {
    await attempt(endSilent, { part: 'agents' })
    await attempt(endUnregistered, { part: 'lobby' })
  }
}
