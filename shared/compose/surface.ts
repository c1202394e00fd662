import { createAgentCards } from '../a2a/card/agent-cards.ts'
import { createApiCatalog } from '../a2a/card/api-catalog.ts'
import { cardOrigin } from '../a2a/card/card-origin.ts'
import { deriveSigningKey } from '../a2a/card/signing-key.ts'
import { createSurface } from '../a2a/surface/create-surface.ts'
import { agentRegistry, clock, config, log, proxyId } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createListAgents } from '../registry/list-agents.ts'
import { routeA2a } from './a2a.ts'
import { getCard } from './cards.ts'

const SECOND_MS = 1000

const { a2a, server } = config
const origin = { publicUrl: server.public_url, trustForwardedHost: a2a.trust_forwarded_host }

export const agentCards = lazy(() =>
  createAgentCards({
    ...origin,
    getAgent: (id) => agentRegistry().getAgent(id),
    getCard,
    gatewayId: proxyId,
    needsKey: config.auth.api_keys.length > 0,
    defaultAgent: a2a.default_agent,
    signingKey: async () => deriveSigningKey(config.secretKey()),
    log,
  }),
)
export const surface = lazy(() =>
  createSurface({
    // Made within the call, so that a setting that is missing is answered in the client's dialect too.
    route: (request) => routeA2a()(request),
    rewriteCard: (request, agentId, text) => agentCards().extended(request, agentId, text),
    clock,
    log,
    commentMs: a2a.comment_seconds * SECOND_MS,
  }),
)
export const apiCatalog = lazy(() => createApiCatalog({ ...origin, registry: agentRegistry() }))
export const listAgents = lazy(() =>
  createListAgents({
    registry: agentRegistry(),
    originOf: (client) => cardOrigin(origin, client),
    getCard: agentCards().listed,
  }),
)
