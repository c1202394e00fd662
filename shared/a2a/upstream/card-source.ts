import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Agent } from '../../registry/agent.ts'
import type { FetchCard, FetchedCard } from './fetch-card.ts'

export type CardSource = {
  /** The card of an agent, as it gives it. @throws A2aFailure AGENT_UNAVAILABLE */
  get(agent: Agent): Promise<FetchedCard>
}

/** A card is better than none while its agent does not answer, but not for ever. */
const MAX_STALE_MS = 3_600_000
/** After a failure the stale card serves for so long before the agent is asked again. */
const RETRY_AFTER_MS = 5_000
const MAX_CARDS = 1_000

type Held = { card?: FetchedCard; fetchedAt: number; freshUntil: number; pending?: Promise<FetchedCard> }

const keyOf = (agent: Agent): string =>
  JSON.stringify([agent.id, agent.scheme, agent.fqdn, agent.basePath, agent.agentCardEndpoint])

/** Keeps the cards of agents for `cacheSeconds`; callers at one time share one fetch. */
export const createCardSource = (options: {
  fetchCard: FetchCard
  clock: Clock
  cacheSeconds: number
}): CardSource => {
  const { fetchCard, clock } = options
  const cards = new BoundedMap<string, Held>(MAX_CARDS)

  const hold = (key: string): Held => {
    const held = cards.get(key) ?? { fetchedAt: 0, freshUntil: 0 }
    // The one used last stands last.
    cards.set(key, held)
    return held
  }

  const refresh = async (agent: Agent, held: Held): Promise<FetchedCard> => {
    const { card: known } = held
    try {
      const card = await fetchCard(agent, known)
      held.card = card
      held.fetchedAt = clock.now()
      held.freshUntil = held.fetchedAt + options.cacheSeconds * 1000
      return card
    } catch (error) {
      if (known === undefined || clock.now() - held.fetchedAt > MAX_STALE_MS) throw error
      held.freshUntil = clock.now() + RETRY_AFTER_MS
      return known
    } finally {
      delete held.pending
    }
  }

  return {
    get: async (agent) => {
      const held = hold(keyOf(agent))
      if (held.card !== undefined && clock.now() < held.freshUntil) return held.card
      return (held.pending ??= refresh(agent, held))
    },
  }
}
