import type { Clock } from '../../kernel/clock.ts'
import type { SendHttp } from '../../kernel/egress.ts'
import type { CallAgent } from '../agent-call.ts'
import { type CircuitOptions, createAgentCircuits } from './agent-circuits.ts'
import { createAuthorize } from './authorize.ts'
import { type CardSource, createCardSource } from './card-source.ts'
import { createCallAgent } from './call-agent.ts'
import { createConverse } from './converse.ts'
import { createExchange } from './exchange.ts'
import { createFetchCard } from './fetch-card.ts'
import { createFindEndpoint } from './find-endpoint.ts'
import { createOauth2Token } from './oauth2-token.ts'
import { createSendToAgent } from './send-to-agent.ts'

export type UpstreamOptions = {
  sendHttp: SendHttp
  clock: Clock
  /** Opens a sealed secret of an agent (shared/kernel/seal.ts). @throws */
  open(sealed: string, context: string): string
  /** A token of the gateway's own identity for a scope. @throws */
  getEntraToken(scope: string): Promise<string>
  /** Bytes of one answer, and of one event of a stream. */
  maxMessageBytes: number
  /** Seconds that a blocking send may take. */
  sendWaitSeconds: number
  /** Seconds for which a card serves before the agent is asked for it again. */
  cardCacheSeconds: number
  circuit: CircuitOptions
}

/** The HTTP side of agents: calls of them, and their cards. */
export const createUpstream = (options: UpstreamOptions): { callAgent: CallAgent; cards: CardSource } => {
  const { sendHttp, clock, open, getEntraToken, maxMessageBytes, sendWaitSeconds } = options
  const runInCircuit = createAgentCircuits(options.circuit)
  const getOauth2Token = createOauth2Token({ sendHttp, clock })
  const authorize = createAuthorize({ open, getOauth2Token, getEntraToken })
  const send = createSendToAgent({ sendHttp, authorize })
  const fetchCard = createFetchCard({ send, clock, runInCircuit })
  const cards = createCardSource({ fetchCard, clock, cacheSeconds: options.cardCacheSeconds })
  const exchange = createExchange({ send, clock, maxMessageBytes, runInCircuit })
  const converse = createConverse({ exchange, clock })
  return {
    callAgent: createCallAgent({ cards, findEndpoint: createFindEndpoint(cards), converse, sendWaitSeconds }),
    cards,
  }
}
