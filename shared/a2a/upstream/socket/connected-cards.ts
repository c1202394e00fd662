import type { ConnectedAgents } from '../../../registry/connected-agents.ts'
import type { CardSource } from '../card-source.ts'
import { readCardFacts } from '../read-card-facts.ts'
import { cardOfConnected } from './card-of-connected.ts'
import { requireConnected } from './require-connected.ts'

/** The cards of connected agents: what they said of themselves when they registered. */
export const createConnectedCards = (connected: Pick<ConnectedAgents, 'find'>): CardSource => ({
  get: async ({ id }) => {
    const card = cardOfConnected(await requireConnected(connected, id))
    const facts = readCardFacts(card)
    if (facts === undefined) throw new TypeError(`The card of the agent "${id}" names no interface.`)
    return { text: JSON.stringify(card), facts }
  },
})
