import { createGetCard } from '../a2a/route/get-card.ts'
import { clock, config, proxyId } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { askAgent, cards } from './calls.ts'
import type { Agent } from '../registry/agent.ts'

const SECOND_MS = 1000

const make = lazy(() =>
  createGetCard({
    cards,
    askAgent: askAgent(),
    clock,
    cacheMs: config.a2a.card_cache_seconds * SECOND_MS,
    proxyId,
  }),
)

/** The card of an agent, wherever it is. */
export const getCard = (agent: Agent): Promise<{ text: string; etag?: string }> => make()(agent)
