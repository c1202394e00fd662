import type { Shape } from '../../contract/a2a/dialect.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { readInterfaces, writeInterfaces } from './card-interface.ts'
import { defined, isJsonObject, type JsonObject, omit } from './json-object.ts'
import { readRequirement, readScheme, writeRequirement, writeScheme } from './security-scheme.ts'

/** `hybrid`: a card with the members of both versions, which clients of either read. */
export type CardShape = Shape | 'hybrid'

const OF_0_3 = [
  'url',
  'preferredTransport',
  'additionalInterfaces',
  'protocolVersion',
  'supportsAuthenticatedExtendedCard',
  'security',
]
const OF_1_0 = ['supportedInterfaces', 'securityRequirements']

const listOf = (value: unknown, each: (member: unknown) => unknown): unknown[] | undefined =>
  Array.isArray(value) ? value.map(each) : undefined

const schemesOf = (card: JsonObject, each: (scheme: unknown) => unknown): JsonObject => {
  const { securitySchemes } = card
  if (!isJsonObject(securitySchemes)) return {}
  const schemes = Object.entries(securitySchemes).map(([name, scheme]) => [name, each(scheme)])
  return { securitySchemes: Object.fromEntries(schemes) }
}

/** The requirements of a card, or of a skill, whichever version says them. */
const requirementsOf = (value: JsonObject, each: (requirement: unknown) => unknown): unknown[] | undefined =>
  listOf(value['securityRequirements'] ?? value['security'], each)

const skillsOf = (card: JsonObject, each: (skill: JsonObject) => JsonObject): unknown[] =>
  listOf(card['skills'], (skill) => (isJsonObject(skill) ? each(skill) : skill)) ?? []

const capabilitiesOf = (card: JsonObject): JsonObject =>
  isJsonObject(card['capabilities']) ? card['capabilities'] : {}

const hasExtended = (card: JsonObject): unknown =>
  capabilitiesOf(card)['extendedAgentCard'] ?? card['supportsAuthenticatedExtendedCard']

const modesOf = (card: JsonObject): JsonObject => ({
  defaultInputModes: card['defaultInputModes'] ?? [],
  defaultOutputModes: card['defaultOutputModes'] ?? [],
})

const skillToTen = (skill: JsonObject): JsonObject =>
  defined({
    ...omit(skill, ['security', 'securityRequirements']),
    securityRequirements: requirementsOf(skill, readRequirement),
  })

const skillToLegacy = (skill: JsonObject, requirement = writeRequirement): JsonObject =>
  defined({
    ...omit(skill, ['security', 'securityRequirements']),
    security: requirementsOf(skill, requirement),
  })

const toTen = (card: JsonObject): JsonObject => {
  const capabilities = omit(capabilitiesOf(card), ['stateTransitionHistory'])
  return defined({
    ...omit(card, [...OF_0_3, ...OF_1_0]),
    supportedInterfaces: readInterfaces(card),
    capabilities: defined({ ...capabilities, extendedAgentCard: hasExtended(card) }),
    ...schemesOf(card, readScheme),
    securityRequirements: requirementsOf(card, readRequirement),
    ...modesOf(card),
    skills: skillsOf(card, skillToTen),
  })
}

const toLegacy = (card: JsonObject): JsonObject =>
  defined({
    ...omit(card, [...OF_0_3, ...OF_1_0]),
    ...writeInterfaces(readInterfaces(card)),
    supportsAuthenticatedExtendedCard: hasExtended(card),
    capabilities: omit(capabilitiesOf(card), ['extendedAgentCard']),
    ...schemesOf(card, writeScheme),
    security: requirementsOf(card, writeRequirement),
    ...modesOf(card),
    skills: skillsOf(card, (skill) => skillToLegacy(skill)),
  })

/** REST of 0.3 already wraps security as 1.0 does. */
const toLegacyRest = (card: JsonObject): JsonObject =>
  defined({
    ...toLegacy(card),
    ...schemesOf(card, readScheme),
    security: requirementsOf(card, readRequirement),
    skills: skillsOf(card, (skill) => skillToLegacy(skill, readRequirement)),
  })

const both = (ten: unknown, legacy: unknown): unknown =>
  isJsonObject(ten) && isJsonObject(legacy) ? { ...ten, ...legacy } : ten

const toHybrid = (card: JsonObject): JsonObject => ({
  ...toTen(card),
  ...toLegacy(card),
  capabilities: defined({ ...capabilitiesOf(card), extendedAgentCard: hasExtended(card) }),
  ...schemesOf(card, (scheme) => both(readScheme(scheme), writeScheme(scheme))),
  skills: skillsOf(card, (skill) => ({ ...skillToTen(skill), ...skillToLegacy(skill) })),
})

const translations: Readonly<Record<CardShape, (card: JsonObject) => JsonObject>> = {
  '1.0': toTen,
  '0.3': toLegacy,
  '0.3-rest': toLegacyRest,
  hybrid: toHybrid,
}

/**
 * A card of any version as a card of another. Members that no version knows are kept. 1.0 has one OAuth flow per
 * scheme: of several the preferred one is taken; `stateTransitionHistory` is of 0.3 only.
 * @throws A2aFailure INVALID_AGENT_RESPONSE when it is no JSON object
 */
export const translateCard = (card: unknown, to: CardShape): JsonObject => {
  if (isJsonObject(card)) return translations[to](card)
  throw a2aFailure('INVALID_AGENT_RESPONSE', "The agent's card is no JSON object. Correct the agent.")
}
