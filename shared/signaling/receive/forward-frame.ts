import type { SignalMessage } from '../../contract/signaling/message.ts'
import type { Log } from '../../kernel/log.ts'
import type { ConnectedAgent, ConnectedAgents } from '../../registry/connected-agents.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { Sockets } from '../sockets.ts'

/**
 * Hands a frame to the agent that it is for, byte for byte; when this resolves the service has it.
 * @returns that agent.
 * @throws SignalFailure UNKNOWN_AGENT; GatewayError 503
 */
export const createForwardFrame =
  (options: { connected: Pick<ConnectedAgents, 'find'>; sockets: Pick<Sockets, 'forward'>; log: Log }) =>
  async (sender: ConnectedAgent, message: SignalMessage, text: string): Promise<ConnectedAgent> => {
    const { connected, sockets, log } = options
    const { to, type, id } = message
    // Who is not remembered may just have come.
    const target = (await connected.find(to)) ?? (await connected.find(to, { fresh: true }))
    if (target === undefined) {
      throw new SignalFailure(
        'unknown_agent',
        `The agent ${to} is not connected. GET /agents lists who is.`,
        { details: { to } },
      )
    }
    await sockets.forward(to, text)
    log.info('A frame was forwarded.', {
      agent_id: sender.id,
      to,
      type,
      message_id: id,
      bytes: Buffer.byteLength(text),
    })
    return target
  }
