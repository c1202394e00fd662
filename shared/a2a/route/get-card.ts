import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Agent } from '../../registry/agent.ts'
import type { A2aRequest } from '../a2a-request.ts'
import type { AgentCall } from '../agent-call.ts'
import type { CardSource } from '../upstream/card-source.ts'
import type { AskAgent } from './ask-agent.ts'
import { ABORTED } from '../../kernel/aborted.ts'

export type GetCard = (agent: Agent) => Promise<{ text: string; etag?: string }>

type Cached = { at: number; card: Promise<{ text: string }> }

/** Cards of agents elsewhere that are remembered. */
const CACHED_CARDS = 1000

const CARD = {
  operation: 'card',
  dialect: { version: '1.0', binding: 'jsonrpc' },
  params: '{}',
  headers: {},
} as const

/**
 * The card of an agent: from the agent when it is hosted here, else over the bus from the deployment that hosts it.
 * @throws A2aFailure when it cannot be had
 */
export const createGetCard = (options: {
  cards: CardSource
  askAgent: AskAgent
  clock: Clock
  cacheMs: number
  proxyId: string
}): GetCard => {
  const { cards, askAgent, clock, cacheMs } = options
  const cache = new BoundedMap<string, Cached>(CACHED_CARDS)

  const askElsewhere = async (agent: Agent): Promise<{ text: string }> => {
    const answered = new AbortController()
    const call: AgentCall = { ...CARD, agentId: agent.id }
    const request: A2aRequest = {
      ...call,
      httpPath: agent.agentCardEndpoint,
      subject: 'gateway',
      signal: answered.signal,
      waitUntil: () => undefined,
    }
    try {
      const { text } = await askAgent(request, agent, call)
      return { text }
    } finally {
      answered.abort(ABORTED)
    }
  }

  return (agent) => {
    if (agent.proxyId === options.proxyId) return cards.get(agent)
    const known = cache.get(agent.id)
    if (known !== undefined && clock.now() - known.at < cacheMs) return known.card
    const card = askElsewhere(agent)
    card.catch(() => cache.delete(agent.id))
    cache.set(agent.id, { at: clock.now(), card })
    return card
  }
}
