import { isJsonObject, type JsonObject, omit } from './json-object.ts'

/** 0.3 tells the kind of a scheme by `type`, as OpenAPI does; 1.0 wraps it in a member of that kind. */
const KINDS = [
  { type: 'apiKey', member: 'apiKeySecurityScheme' },
  { type: 'http', member: 'httpAuthSecurityScheme' },
  { type: 'oauth2', member: 'oauth2SecurityScheme' },
  { type: 'openIdConnect', member: 'openIdConnectSecurityScheme' },
  { type: 'mutualTLS', member: 'mtlsSecurityScheme' },
] as const

const rename = (value: JsonObject, from: string, to: string): JsonObject => {
  const { [from]: member, ...others } = value
  return member === undefined ? value : { ...others, [to]: member }
}

/** 1.0 holds one flow; of several the first that a client of today would take. */
const FLOWS = ['authorizationCode', 'deviceCode', 'clientCredentials', 'implicit', 'password']

const oneFlow = (scheme: JsonObject): JsonObject => {
  const { flows } = scheme
  if (!isJsonObject(flows)) return scheme
  const name = FLOWS.find((flow) => flows[flow] !== undefined)
  return name === undefined ? scheme : { ...scheme, flows: { [name]: flows[name] } }
}

const wrappedKind = (scheme: JsonObject) => KINDS.find(({ member }) => isJsonObject(scheme[member]))

/** A security scheme of either version, or of both, as one of 1.0. */
export const readScheme = (scheme: unknown): unknown => {
  if (!isJsonObject(scheme)) return scheme
  const wrapped = wrappedKind(scheme)
  if (wrapped !== undefined) return { [wrapped.member]: scheme[wrapped.member] }
  const kind = KINDS.find(({ type }) => type === scheme['type'])
  if (kind === undefined) return scheme
  const bare = omit(scheme, ['type'])
  if (kind.type === 'apiKey') return { [kind.member]: rename(bare, 'in', 'location') }
  return { [kind.member]: kind.type === 'oauth2' ? oneFlow(bare) : bare }
}

/** A security scheme of either version, or of both, as one of 0.3. */
export const writeScheme = (scheme: unknown): unknown => {
  if (!isJsonObject(scheme)) return scheme
  const wrapped = wrappedKind(scheme)
  if (typeof scheme['type'] === 'string')
    return wrapped === undefined ? scheme : omit(scheme, [wrapped.member])
  const inner = wrapped === undefined ? undefined : scheme[wrapped.member]
  if (wrapped === undefined || !isJsonObject(inner)) return scheme
  return { type: wrapped.type, ...(wrapped.type === 'apiKey' ? rename(inner, 'location', 'in') : inner) }
}

/** A security requirement of either version as one of 1.0: `{"schemes": {"key": {"list": []}}}`. */
export const readRequirement = (requirement: unknown): unknown => {
  if (!isJsonObject(requirement) || isJsonObject(requirement['schemes'])) return requirement
  const schemes = Object.entries(requirement).map(([name, list]) => [name, { list }])
  return { schemes: Object.fromEntries(schemes) }
}

/** A security requirement of either version as one of 0.3: `{"key": []}`. */
export const writeRequirement = (requirement: unknown): unknown => {
  if (!isJsonObject(requirement) || !isJsonObject(requirement['schemes'])) return requirement
  const lists = Object.entries(requirement['schemes']).map(([name, scopes]) => [
    name,
    // ProtoJSON leaves out an empty list.
    isJsonObject(scopes) ? (scopes['list'] ?? []) : scopes,
  ])
  return Object.fromEntries(lists)
}
