import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { AnnounceAgents, RemovalReason } from '../../registry/announce-agents.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../registry/connected-agents.ts'
import type { Lobby } from '../lobby.ts'
import type { Sockets } from '../sockets.ts'

export type LetGoOptions = {
  connected: Pick<ConnectedAgents, 'remove'>
  lobby: Pick<Lobby, 'enter'>
  sockets: Pick<Sockets, 'close'>
  announce: Pick<AnnounceAgents, 'removal'>
  clock: Clock
  log: Log
}

/**
 * Removes an agent and ends its connection, unless it has registered another one meanwhile.
 * @param why.words what the connection is closed with.
 * @param why.lastActivity only if it gave no sign of life since.
 * @param why.said the reason that the agent itself gave.
 * @returns whether it was removed.
 */
export type LetGo = (
  agent: ConnectedAgent,
  why: { reason: RemovalReason; words: string; lastActivity?: string; said?: string },
) => Promise<boolean>

export const createLetGo = (options: LetGoOptions): LetGo => {
  const { connected, lobby, sockets, announce, clock, log } = options

  /** One that cannot be closed now has not registered any more: it is closed with those. */
  const close = async (connectionId: string, words: string): Promise<void> => {
    try {
      await sockets.close(connectionId, words)
    } catch (error) {
      await lobby.enter(connectionId, clock.now())
      log.warn('A connection could not be closed; the cleanup tries again.', {
        connection_id: connectionId,
        error,
      })
    }
  }

  return async ({ did, connectionId }, { reason, words, said, ...unless }) => {
    const removed = await connected.remove(did, connectionId, unless)
    if (removed === undefined) return false
    await close(connectionId, words)
    log.info('An agent was let go.', {
      agent_id: did,
      connection_id: connectionId,
      reason,
      last_activity: removed.lastActivity,
      ...(said === undefined ? {} : { said }),
    })
    await announce.removal(removed, reason)
    return true
  }
}
