import { isJsonObject, type JsonObject } from './json-object.ts'

/** Where an agent is spoken to, and how; `protocolBinding` is JSONRPC, HTTP+JSON, GRPC, or a URI. */
export type CardInterface = JsonObject & { url: string; protocolBinding: string; protocolVersion: string }

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : [])

/** Only major and minor are negotiated (A2A 1.0, section 3.6). */
const majorMinor = (version: string): string => version.split('.').slice(0, 2).join('.')

const isLegacy = ({ protocolVersion }: CardInterface): boolean => protocolVersion.startsWith('0.')

const ofTen = (card: JsonObject): CardInterface[] =>
  objects(card['supportedInterfaces']).flatMap((given) => {
    const url = text(given['url'])
    if (url === undefined) return []
    const protocolBinding = text(given['protocolBinding']) ?? 'JSONRPC'
    const protocolVersion = majorMinor(text(given['protocolVersion']) ?? '1.0')
    return [{ ...given, url, protocolBinding, protocolVersion }]
  })

const ofLegacy = (card: JsonObject): CardInterface[] => {
  const protocolVersion = majorMinor(text(card['protocolVersion']) ?? '0.3')
  const main = { url: card['url'], transport: card['preferredTransport'] }
  const all = [main, ...objects(card['additionalInterfaces'])].flatMap(({ url, transport }) => {
    const at = text(url)
    return at === undefined
      ? []
      : [{ url: at, protocolBinding: text(transport) ?? 'JSONRPC', protocolVersion }]
  })
  const isFirst = (one: CardInterface, index: number): boolean =>
    all.findIndex(
      ({ url, protocolBinding }) => url === one.url && protocolBinding === one.protocolBinding,
    ) === index
  return all.filter(isFirst)
}

/** All that a card says in either form: one with the members of both versions may say the same twice. */
export const readAllInterfaces = (card: JsonObject): CardInterface[] => [...ofTen(card), ...ofLegacy(card)]

/** The interfaces of a card of any version, in the order of preference: those it lists, else those of 0.3. */
export const readInterfaces = (card: JsonObject): CardInterface[] => {
  const listed = ofTen(card)
  return listed.length > 0 ? listed : ofLegacy(card)
}

/** The members by which a card of 0.3 says where its agent is: of the interfaces those of 0.3, where there are any. */
export const writeInterfaces = (interfaces: readonly CardInterface[]): JsonObject => {
  const legacy = interfaces.filter(isLegacy)
  const [first, ...others] = legacy.length > 0 ? legacy : interfaces
  if (first === undefined) return {}
  const additionalInterfaces = others.map(({ url, protocolBinding }) => ({ url, transport: protocolBinding }))
  return {
    url: first.url,
    preferredTransport: first.protocolBinding,
    protocolVersion: first.protocolVersion,
    ...(additionalInterfaces.length > 0 ? { additionalInterfaces } : {}),
  }
}
