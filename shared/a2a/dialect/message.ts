import * as z from 'zod'
import { carry, partOthers, unpack } from './carried.ts'
import { defined, type JsonObject } from './json-object.ts'
import { eachLegacy, type Legacy, type Ways } from './legacy.ts'
import { readPart, writePart } from './part.ts'

/** 0.3 REST calls them `content`. */
const PARTS = { '0.3': 'parts', '0.3-rest': 'content' } as const
const TO_TEN: Readonly<Record<string, string>> = { user: 'ROLE_USER', agent: 'ROLE_AGENT' }
const FROM_TEN: Readonly<Record<string, string>> = { ROLE_USER: 'user', ROLE_AGENT: 'agent' }

const rolesOf = (shape: Legacy) => (shape === '0.3' ? ['user', 'agent'] : ['ROLE_USER', 'ROLE_AGENT'])

const ids = { messageId: z.string().min(1), contextId: z.string().nullish(), taskId: z.string().nullish() }

const toTen = (message: JsonObject, shape: Legacy): JsonObject => {
  const { value, carried } = unpack(message, '1.0')
  const known = shape === '0.3' ? ['kind', 'role', 'parts'] : ['role', 'content']
  const { free, taken } = partOthers(value, known, ['role', 'parts'])
  const role = String(value['role'])
  const members = { ...free, ...carried, role: TO_TEN[role] ?? role, parts: value[PARTS[shape]] }
  return carry(defined(members), shape, taken)
}

const fromTen = (message: JsonObject, shape: Legacy): JsonObject => {
  const { value, carried } = unpack(message, shape)
  const { free, taken } = partOthers(value, ['role', 'parts'], shape === '0.3' ? ['kind'] : ['content'])
  const role = String(value['role'])
  const members =
    shape === '0.3'
      ? { kind: 'message', ...free, ...carried, role: FROM_TEN[role], parts: value['parts'] ?? [] }
      : { ...free, ...carried, role, content: value['parts'] }
  return carry(defined(members), '1.0', taken)
}

/** A message of 0.3 as one of 1.0. */
export const readMessage: Ways = eachLegacy((shape) =>
  z
    .looseObject({
      ...ids,
      ...(shape === '0.3' ? { kind: z.literal('message').default('message') } : {}),
      role: z.enum(rolesOf(shape)),
      // ProtoJSON leaves out what is empty.
      [PARTS[shape]]: shape === '0.3' ? z.array(readPart[shape]) : z.array(readPart[shape]).optional(),
    })
    .transform((message) => toTen(message, shape)),
)

/** A message of 1.0 as one of 0.3. */
export const writeMessage: Ways = eachLegacy((shape) =>
  z
    .looseObject({ ...ids, role: z.enum(rolesOf('0.3-rest')), parts: z.array(writePart[shape]).optional() })
    .transform((message) => fromTen(message, shape)),
)
