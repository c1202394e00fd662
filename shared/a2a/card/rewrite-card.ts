import type { Card } from './read-card.ts'

/** How a card shows its agent to clients of the gateway. */
export type CardFace = {
  /** Where the gateway serves the agent: `https://gateway.example/agents/echo`. */
  base: string
  /** Where it takes JSON-RPC, if not there: the origin for the default agent. */
  rpcUrl?: string
  /** False: there is no REST, only JSON-RPC. */
  hasRest?: boolean
  /** Whether callers need an API key of the gateway. */
  needsKey: boolean
}

/** A 1.0 card as JSON, without anything else in it. */
export type StrictCard = Record<string, unknown>

const SCHEME = 'gateway'
const KEY_DESCRIPTION = 'An API key of the gateway.'
const BEARER = { scheme: 'Bearer', description: KEY_DESCRIPTION }

/**
 * One path scheme serves both versions and both bindings: clients of 0.3 put `/v1` before a REST path themselves.
 * The order is that of preference.
 */
const interfacesOf = ({ base, rpcUrl = base, hasRest = true }: CardFace): object[] => {
  const ofVersion = (protocolVersion: string, restUrl: string): object[] => [
    { url: rpcUrl, protocolBinding: 'JSONRPC', protocolVersion },
    ...(hasRest ? [{ url: restUrl, protocolBinding: 'HTTP+JSON', protocolVersion }] : []),
  ]
  return [...ofVersion('1.0', `${base}/v1`), ...ofVersion('0.3', base)]
}

/**
 * The card of 1.0 with which the gateway stands for an agent: its own addresses, its own keys, and streaming in any
 * case, because it streams what an agent cannot. The agent's schemes and signatures mean nothing here: the gateway
 * proves itself to the agent, and a rewritten card would break them.
 */
export const rewriteCard = (card: Card, face: CardFace): StrictCard => {
  const { pushNotifications, extensions, extendedAgentCard } = card.capabilities
  return {
    name: card.name,
    description: card.description,
    supportedInterfaces: interfacesOf(face),
    provider: card.provider,
    version: card.version,
    documentationUrl: card.documentationUrl,
    capabilities: {
      streaming: true,
      pushNotifications: pushNotifications ?? false,
      extensions,
      extendedAgentCard: extendedAgentCard ?? card.supportsAuthenticatedExtendedCard ?? false,
    },
    ...(face.needsKey
      ? {
          securitySchemes: { [SCHEME]: { httpAuthSecurityScheme: BEARER } },
          securityRequirements: [{ schemes: { [SCHEME]: { list: [] } } }],
        }
      : {}),
    defaultInputModes: card.defaultInputModes,
    defaultOutputModes: card.defaultOutputModes,
    skills: card.skills,
    iconUrl: card.iconUrl,
  }
}

/**
 * The same card with the members of 0.3 beside those of 1.0: clients of either version find theirs and ignore the
 * other's.
 */
export const toHybrid = (
  strict: StrictCard,
  card: Card,
  { base, rpcUrl = base, hasRest = true, needsKey }: CardFace,
): StrictCard => {
  const { supportsAuthenticatedExtendedCard, capabilities } = card
  return {
    ...strict,
    protocolVersion: '0.3.0',
    url: rpcUrl,
    preferredTransport: 'JSONRPC',
    additionalInterfaces: [
      { url: rpcUrl, transport: 'JSONRPC' },
      ...(hasRest ? [{ url: base, transport: 'HTTP+JSON' }] : []),
    ],
    supportsAuthenticatedExtendedCard:
      supportsAuthenticatedExtendedCard ?? capabilities.extendedAgentCard ?? false,
    ...(needsKey
      ? {
          securitySchemes: {
            [SCHEME]: {
              type: 'http',
              scheme: 'bearer',
              description: KEY_DESCRIPTION,
              httpAuthSecurityScheme: BEARER,
            },
          },
          security: [{ [SCHEME]: [] }],
        }
      : {}),
  }
}
