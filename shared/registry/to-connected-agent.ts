import type { ConnectedAgent, Registration } from './connected-agents.ts'

/** Seconds to a first answer, as for agents of files that say nothing else. */
const TIMEOUT_SECONDS = 30

/**
 * The agent that a registration makes: it has no endpoint of its own, and is hosted where it is connected.
 * @param place.now milliseconds since the epoch
 */
export const toConnectedAgent = (
  { did, connectionId, capabilities, name, description, card }: Registration,
  place: { generation: number; now: number; proxyId: string },
): ConnectedAgent => {
  const at = new Date(place.now).toISOString()
  return {
    id: did,
    did,
    reach: 'socket',
    origin: 'runtime',
    group: '',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(card === undefined ? {} : { card }),
    fqdn: '',
    scheme: 'https',
    basePath: '',
    proxyId: place.proxyId,
    healthEndpoint: '',
    agentCardEndpoint: '',
    capabilities,
    a2aCapabilities: {},
    auth: { type: 'none' },
    timeoutSeconds: TIMEOUT_SECONDS,
    cardSignatures: 'drop',
    messageIdIsKey: false,
    strictCard: false,
    status: 'healthy',
    statusSince: at,
    connectedAt: at,
    lastActivity: at,
    connectionId,
    generation: place.generation,
  }
}
