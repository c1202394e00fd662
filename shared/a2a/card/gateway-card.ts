import { VERSION } from '../../contract/version.ts'
import type { Card } from './read-card.ts'
import { type CardFace, rewriteCard, type StrictCard, toHybrid } from './rewrite-card.ts'

/**
 * The gateway's own card: it is no agent, but tells clients where the agents are, and hands on what names one in
 * `params.metadata.toAgent`.
 */
export const gatewayCard = (options: CardFace & { id: string }): StrictCard => {
  const card: Card = {
    name: `A2A Proxy ${options.id}`,
    description: 'Service Bus proxy for A2A agents',
    version: VERSION,
    capabilities: { pushNotifications: true },
    defaultInputModes: ['text/plain', 'application/json'],
    defaultOutputModes: ['text/plain', 'application/json'],
    skills: [
      {
        id: 'reach-agents',
        name: 'Reach agents',
        description:
          'Each agent has a card of its own at agents/{id}/.well-known/agent-card.json; agents lists them. A request here names its agent in params.metadata.toAgent.',
        tags: ['proxy', 'registry'],
      },
    ],
  }
  const face = { ...options, hasRest: false }
  return toHybrid(rewriteCard(card, face), card, face)
}
