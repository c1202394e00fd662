import type { MessageOf, SignalMessage } from '../../contract/signaling/message.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { AnnounceAgents } from '../../registry/announce-agents.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../registry/connected-agents.ts'
import type { ConnectionState } from '../connection-state.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { Sockets } from '../sockets.ts'
import type { Answer } from './register-agent.ts'

export type ServeGatewayOptions = {
  identity: GatewayIdentity
  connected: Pick<ConnectedAgents, 'remove'>
  sockets: Pick<Sockets, 'close'>
  announce: Pick<AnnounceAgents, 'removal'>
  /** Takes what an agent answers to a call of the gateway. `text` is the whole frame. */
  receiveExecResponse: (did: string, message: MessageOf<'EXEC_RESPONSE'>, text: string) => Promise<void>
  clock: Clock
  log: Log
}

/** Does what an agent asks of the gateway itself. @throws SignalFailure, GatewayError 503 */
export const createServeGateway = (options: ServeGatewayOptions) => {
  const { identity, connected, sockets, clock, log } = options

  const pong = ({ id, from, payload }: MessageOf<'PING'>): string =>
    identity.sign({
      id,
      correlation_id: id,
      timestamp: new Date(clock.now()).toISOString(),
      to: from,
      type: 'PONG',
      payload: { sequence: payload.sequence ?? null },
    })

  const unregister = async (agent: ConnectedAgent, { payload }: MessageOf<'UNREGISTER'>): Promise<void> => {
    const { did, connectionId } = agent
    const removed = await connected.remove(did, connectionId)
    await sockets.close(connectionId, 'The agent has unregistered.')
    if (removed === undefined) return
    log.info('An agent unregistered.', {
      agent_id: did,
      connection_id: connectionId,
      reason: payload.reason ?? undefined,
    })
    await options.announce.removal(removed, 'unregistered')
  }

  return async (
    { agent, state, text }: { agent: ConnectedAgent; state: ConnectionState; text: string },
    message: SignalMessage,
  ): Promise<Answer> => {
    switch (message.type) {
      case 'PING':
        return { state, frame: pong(message) }
      case 'UNREGISTER':
        await unregister(agent, message)
        return { state }
      case 'EXEC_RESPONSE':
        await options.receiveExecResponse(agent.did, message, text)
        return { state }
      case 'PONG':
      case 'ERROR':
        return { state }
      default:
        throw new SignalFailure(
          'not_for_the_gateway',
          `The gateway takes no ${message.type}. Put the DID of an agent into "to".`,
        )
    }
  }
}

export type ServeGateway = ReturnType<typeof createServeGateway>
