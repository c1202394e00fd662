import type { ConnectedAgent } from '../../../registry/connected-agents.ts'
import { isJsonObject, type JsonObject, omit } from '../../dialect/json-object.ts'

/** Members that would lead elsewhere, or that do not hold for a card that was changed. */
const REPLACED = [
  'supportedInterfaces',
  'url',
  'preferredTransport',
  'additionalInterfaces',
  'protocolVersion',
  'signatures',
]

const readOwn = (card: string | undefined): JsonObject => {
  const own: unknown = JSON.parse(card ?? '{}')
  return isJsonObject(own) ? omit(own, REPLACED) : {}
}

/** The members of a JSON object that have a value. */
const given = (value: unknown): JsonObject =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) : {}

/**
 * The card of a connected agent, of 1.0: its own where it registered one, completed by what is known of it. Its one
 * interface is its DID: nobody but the gateway reaches it there.
 */
export const cardOfConnected = ({ did, name, description, card }: ConnectedAgent): JsonObject => {
  const own = readOwn(card)
  const { capabilities, ...others } = given(own)
  return {
    description: description ?? 'An agent that is connected by WebSocket.',
    version: 'unknown',
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [],
    ...others,
    name: typeof own['name'] === 'string' ? own['name'] : (name ?? did),
    supportedInterfaces: [{ url: did, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true, ...given(capabilities) },
  }
}
