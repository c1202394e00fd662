import type { ConnectedAgent, Registration } from './connected-agents.ts'

/**
 * The agent that a registration makes: it has no endpoint of its own, and is hosted where it is connected.
 * @param place.now milliseconds since the epoch
 * @param place.timeoutSeconds to a first answer
 */
export const toConnectedAgent = (
  { did, connectionId, capabilities, name, description, card }: Registration,
  place: { generation: number; now: number; proxyId: string; timeoutSeconds: number },
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
    timeoutSeconds: place.timeoutSeconds,
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
