import * as z from 'zod'
import type { A2aVersion, Binding, Dialect } from '../../contract/a2a/dialect.ts'

/** A way to speak to an agent that its card names. A card adds a path (with its query) to the agent's origin, never a host. */
export type CardInterface = { dialect: Dialect; path: string; tenant?: string }

export type CardFacts = {
  /** In the card's order. */
  interfaces: readonly [CardInterface, ...CardInterface[]]
  streaming: boolean
  pushNotifications: boolean
  extendedCard: boolean
}

const text = z.string().optional().catch(undefined)
const flag = z.boolean().catch(false)

/** 1.0 says `protocolBinding` and `protocolVersion`, 0.3 says `transport`. */
const Interface = z
  .object({ url: text, protocolBinding: text, transport: text, protocolVersion: text, tenant: text })
  .catch({})

/** Every version of the card at once, and what is malformed counts as absent: only what leads to a call matters here. */
const Card = z.object({
  url: text,
  preferredTransport: text,
  protocolVersion: text,
  supportedInterfaces: z.array(Interface).catch([]),
  additionalInterfaces: z.array(Interface).catch([]),
  capabilities: z
    .object({ streaming: flag, pushNotifications: flag, extendedAgentCard: flag })
    .catch({ streaming: false, pushNotifications: false, extendedAgentCard: false }),
  supportsAuthenticatedExtendedCard: flag,
})
type Card = z.infer<typeof Card>

const bindings: Readonly<Record<string, Binding>> = { JSONRPC: 'jsonrpc', 'HTTP+JSON': 'rest' }

/** Patch numbers do not count; 0.2 is spoken to as 0.3. */
const readVersion = (version: string): A2aVersion | undefined => {
  if (/^0\.[23](\.|$)/.test(version)) return '0.3'
  return version.startsWith('1.') ? '1.0' : undefined
}

const readPath = (url: string): string | undefined => {
  const parsed = URL.parse(url, 'http://agent.invalid')
  return parsed === null ? undefined : `${parsed.pathname}${parsed.search}`
}

type Named = {
  url?: string | undefined
  binding?: string | undefined
  version: string
  tenant?: string | undefined
}

const toInterface = ({ url, binding, version, tenant }: Named): CardInterface[] => {
  const [ours, known] = [bindings[(binding ?? '').toUpperCase()], readVersion(version)]
  const path = url === undefined ? undefined : readPath(url)
  if (ours === undefined || known === undefined || path === undefined) return []
  return [{ dialect: { version: known, binding: ours }, path, ...(tenant ? { tenant } : {}) }]
}

/** `supportedInterfaces` of 1.0 come first: a card that has both forms repeats itself in the older one. */
const readInterfaces = (card: Card): CardInterface[] => {
  const { url, preferredTransport: binding = 'JSONRPC', protocolVersion: version = '0.3' } = card
  const all = [
    ...card.supportedInterfaces.map((one) => ({
      ...one,
      binding: one.protocolBinding,
      version: one.protocolVersion ?? '1.0',
    })),
    { url, binding, version },
    ...card.additionalInterfaces.map((one) => ({ url: one.url, binding: one.transport, version })),
  ].flatMap(toInterface)
  const seen = new Set<string>()
  return all.filter(({ dialect, path }) => {
    const key = `${dialect.version} ${dialect.binding} ${path}`
    return !seen.has(key) && seen.add(key)
  })
}

/** Reads an agent card of 0.2, 0.3, 1.0, or with the members of several. `undefined`: it names no interface that the gateway speaks. */
export const readCard = (value: unknown): CardFacts | undefined => {
  const card = Card.safeParse(value)
  if (!card.success) return undefined
  const [first, ...others] = readInterfaces(card.data)
  if (first === undefined) return undefined
  const { streaming, pushNotifications, extendedAgentCard } = card.data.capabilities
  const extendedCard = extendedAgentCard || card.data.supportsAuthenticatedExtendedCard
  return { interfaces: [first, ...others], streaming, pushNotifications, extendedCard }
}
