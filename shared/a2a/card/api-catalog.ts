import type { AgentRegistry } from '../../registry/agent-registry.ts'
import type { SurfaceAnswer } from '../surface/surface-request.ts'
import type { CardRequest } from './agent-cards.ts'
import { cardOrigin } from './card-origin.ts'

export type ApiCatalog = (request: CardRequest) => Promise<SurfaceAnswer>

/** The catalog of the gateway's agents (RFC 9727), as a linkset (RFC 9264): each with its endpoint and its card. */
export const createApiCatalog =
  (options: {
    registry: Pick<AgentRegistry, 'list'>
    publicUrl?: string | undefined
    trustForwardedHost: boolean
  }): ApiCatalog =>
  async (request) => {
    const origin = cardOrigin(options, request)
    // In one piece: every page of the registry reads the connected agents anew.
    const { agents } = await options.registry.list({}, { limit: Infinity })
    const bases = agents.map(({ id }) => `${origin}/agents/${encodeURIComponent(id)}`)
    const linkset = [
      { anchor: `${origin}/.well-known/api-catalog`, item: bases.map((href) => ({ href })) },
      ...bases.map((anchor) => ({
        anchor,
        'service-desc': [{ href: `${anchor}/.well-known/agent-card.json`, type: 'application/json' }],
      })),
    ]
    return {
      status: 200,
      headers: {
        'content-type': 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
      },
      text: JSON.stringify({ linkset }),
    }
  }
