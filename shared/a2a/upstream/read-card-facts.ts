import * as z from 'zod'
import type { A2aVersion, Binding, Dialect } from '../../contract/a2a/dialect.ts'
import { type CardInterface as NamedInterface, readAllInterfaces } from '../dialect/card-interface.ts'
import { isJsonObject } from '../dialect/json-object.ts'

/** A way to speak to an agent that its card names. A card adds a path (with its query) to the agent's origin, never a host. */
export type CardInterface = { dialect: Dialect; path: string; tenant?: string }

export type CardFacts = {
  /** In the card's order, those of 1.0 first: a card that has both forms repeats itself in the older one. */
  interfaces: readonly [CardInterface, ...CardInterface[]]
  streaming: boolean
  pushNotifications: boolean
  extendedCard: boolean
}

const flag = z.boolean().catch(false)

/** What is malformed counts as absent: only what leads to a call matters here. */
const Facts = z.object({
  capabilities: z
    .object({ streaming: flag, pushNotifications: flag, extendedAgentCard: flag })
    .catch({ streaming: false, pushNotifications: false, extendedAgentCard: false }),
  supportsAuthenticatedExtendedCard: flag,
})

const bindings: Readonly<Record<string, Binding>> = { JSONRPC: 'jsonrpc', 'HTTP+JSON': 'rest' }

/** 0.2 is spoken to as 0.3. */
const readVersion = (version: string): A2aVersion | undefined => {
  if (/^0\.[23]$/.test(version)) return '0.3'
  return version.startsWith('1.') ? '1.0' : undefined
}

const readPath = (url: string): string | undefined => {
  const parsed = URL.parse(url, 'http://agent.invalid')
  return parsed === null ? undefined : `${parsed.pathname}${parsed.search}`
}

const toInterface = ({ url, protocolBinding, protocolVersion, tenant }: NamedInterface): CardInterface[] => {
  const binding = bindings[protocolBinding.toUpperCase()]
  const [version, path] = [readVersion(protocolVersion), readPath(url)]
  if (binding === undefined || version === undefined || path === undefined) return []
  const named = typeof tenant === 'string' && tenant !== '' ? { tenant } : {}
  return [{ dialect: { version, binding }, path, ...named }]
}

/** Each way to speak once. */
const distinct = (interfaces: readonly CardInterface[]): CardInterface[] => {
  const seen = new Set<string>()
  return interfaces.filter(({ dialect, path }) => {
    const key = `${dialect.version} ${dialect.binding} ${path}`
    return !seen.has(key) && seen.add(key)
  })
}

/** Reads an agent card of 0.2, 0.3, 1.0, or with the members of several. `undefined`: it names no interface that the gateway speaks. */
export const readCardFacts = (card: unknown): CardFacts | undefined => {
  if (!isJsonObject(card)) return undefined
  const [first, ...others] = distinct(readAllInterfaces(card).flatMap(toInterface))
  if (first === undefined) return undefined
  const { capabilities, supportsAuthenticatedExtendedCard } = Facts.parse(card)
  const { streaming, pushNotifications, extendedAgentCard } = capabilities
  const extendedCard = extendedAgentCard || supportsAuthenticatedExtendedCard
  return { interfaces: [first, ...others], streaming, pushNotifications, extendedCard }
}
