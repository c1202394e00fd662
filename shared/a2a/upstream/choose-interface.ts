import type { Dialect } from '../../contract/a2a/dialect.ts'
import type { Agent } from '../../registry/agent.ts'
import type { CardInterface } from './read-card-facts.ts'

type Pin = { version?: Dialect['version'] | undefined; binding?: Dialect['binding'] | undefined }

/** 0.2 is spoken to as 0.3; the seed's bodies are those of 0.3 JSON-RPC. */
export const readPin = ({ protocol }: Pick<Agent, 'protocol'>): Pin => {
  if (protocol === undefined) return {}
  if (protocol.version === 'seed') return { version: '0.3', binding: 'jsonrpc' }
  return { version: protocol.version === '1.0' ? '1.0' : '0.3', binding: protocol.binding }
}

/** The fewer must change between client and agent, the lower. */
const distance = (client: Dialect, { version, binding }: Dialect): number => {
  if (version === client.version) return binding === client.binding ? 0 : 1
  return (version === '1.0' ? 2 : 4) + (binding === 'jsonrpc' ? 0 : 1)
}

const nearest = (client: Dialect, interfaces: readonly CardInterface[]): CardInterface | undefined =>
  interfaces.toSorted((a, b) => distance(client, a.dialect) - distance(client, b.dialect))[0]

/**
 * The interface to call an agent by: the client's own version and binding, so that bytes pass; else its version, else
 * 1.0, JSON-RPC before REST. What is pinned holds, even against the card.
 */
export const chooseInterface = (
  client: Dialect,
  interfaces: readonly [CardInterface, ...CardInterface[]],
  pin: Pin,
): CardInterface => {
  const { version, binding } = pin
  const fits = ({ dialect }: CardInterface): boolean =>
    (version === undefined || dialect.version === version) &&
    (binding === undefined || dialect.binding === binding)
  const pinned = nearest(client, interfaces.filter(fits))
  if (pinned !== undefined) return pinned
  const near = nearest(client, interfaces) ?? interfaces[0]
  const dialect = { version: version ?? near.dialect.version, binding: binding ?? near.dialect.binding }
  return { ...near, dialect }
}
