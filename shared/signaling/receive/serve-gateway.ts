import type { MessageOf, SignalMessage } from '../../contract/signaling/message.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { ConnectedAgent } from '../../registry/connected-agents.ts'
import type { ConnectionState } from '../connection-state.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import type { LetGo } from '../presence/create-let-go.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { Sockets } from '../sockets.ts'
import type { Answer } from './register-agent.ts'

export type ServeGatewayOptions = {
  identity: GatewayIdentity
  sockets: Pick<Sockets, 'close'>
  letGo: LetGo
  /** Takes what an agent answers to a call of the gateway. `text` is the whole frame. */
  receiveExecResponse: (did: string, message: MessageOf<'EXEC_RESPONSE'>, text: string) => Promise<void>
  clock: Clock
}

/** Does what an agent asks of the gateway itself. @throws SignalFailure, GatewayError 503 */
export const createServeGateway = (options: ServeGatewayOptions) => {
  const { identity, sockets, clock } = options

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
    const words = 'The agent has unregistered.'
    const said = typeof payload.reason === 'string' ? { said: payload.reason } : {}
    const wasThere = await options.letGo(agent, { reason: 'unregistered', words, ...said })
    // Whoever removed it may have died before closing.
    if (!wasThere) await sockets.close(agent.connectionId, words)
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
