import type { Clock } from '../../../kernel/clock.ts'
import type { ConnectedAgents } from '../../../registry/connected-agents.ts'
import type { CallAgent } from '../../agent-call.ts'
import { type CircuitOptions, createAgentCircuits } from '../agent-circuits.ts'
import { createCallAgent } from '../call-agent.ts'
import type { CardSource } from '../card-source.ts'
import { createConverse } from '../converse.ts'
import { createExchangeInTime } from '../exchange-in-time.ts'
import type { FindEndpoint } from '../find-endpoint.ts'
import { createConnectedCards } from './connected-cards.ts'
import type { Execute } from './execute.ts'
import { SPOKEN } from './read-reply.ts'
import { createTalkOverSocket } from './talk-over-socket.ts'

export type ConnectedUpstreamOptions = {
  execute: Execute
  connected: Pick<ConnectedAgents, 'find'>
  clock: Clock
  /** Bytes of one answer. */
  maxMessageBytes: number
  /** Seconds that a blocking send may take. */
  sendWaitSeconds: number
  circuit: CircuitOptions
}

/** The side of agents that are connected by WebSocket: calls of them, and their cards. */
export const createConnectedUpstream = (
  options: ConnectedUpstreamOptions,
): { callAgent: CallAgent; cards: CardSource } => {
  const { connected, clock, sendWaitSeconds } = options
  const cards = createConnectedCards(connected)
  const talk = createTalkOverSocket(options)
  const exchange = createExchangeInTime({ talk, clock, runInCircuit: createAgentCircuits(options.circuit) })
  /** An agent that is connected has one address, which is its DID. */
  const findEndpoint: FindEndpoint = async (agent) => {
    const { facts } = await cards.get(agent)
    return { dialect: SPOKEN, url: new URL(agent.id), streaming: facts.streaming, isSeed: false }
  }
  const converse = createConverse({ exchange, clock })
  return { callAgent: createCallAgent({ cards, findEndpoint, converse, sendWaitSeconds }), cards }
}
