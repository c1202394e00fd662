import type { Log } from '../../kernel/log.ts'
import type { AnnounceAgents } from '../../registry/announce-agents.ts'
import type { ConnectedAgents } from '../../registry/connected-agents.ts'
import { GATEWAY_USER, type HubEvent, type HubReply } from '../hub-event.ts'
import type { Lobby } from '../lobby.ts'

type DisconnectedEvent = Extract<HubEvent, { kind: 'disconnected' }>

/** Removes the agent whose connection ended, unless it has registered another one meanwhile. */
export const createHandleDisconnected =
  (options: {
    lobby: Pick<Lobby, 'leave'>
    connected: Pick<ConnectedAgents, 'remove'>
    announce: Pick<AnnounceAgents, 'removal'>
    log: Log
  }): ((event: DisconnectedEvent) => Promise<HubReply>) =>
  async ({ connectionId, userId, state, reason }) => {
    const { lobby, connected, log } = options
    const reply: HubReply = { kind: 'taken', state }
    if (userId === GATEWAY_USER) return reply
    // What a registration that failed left behind goes too: the connection carries its DID, and no generation.
    if (state.generation === undefined) await lobby.leave(connectionId)
    if (state.did === undefined) return reply
    const removed = await connected.remove(state.did, connectionId)
    if (removed === undefined) return reply
    log.info('An agent is gone: its connection ended.', {
      agent_id: removed.id,
      connection_id: connectionId,
      reason,
    })
    await options.announce.removal(removed, 'disconnected')
    return reply
  }
