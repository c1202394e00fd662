import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { parseJson } from '../../kernel/json.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { defined, isJsonObject, type JsonObject, omit } from './json-object.ts'

/** What a REST request has of the params: ids of its path (decoded), its query, its body as text ('' or absent: none). */
export type RestParts = { id?: string; configId?: string; query: URLSearchParams; body?: string }

type Kind = 'text' | 'count' | 'flag'

const HISTORY: Readonly<Record<string, Kind>> = { historyLength: 'count' }
const PAGE: Readonly<Record<string, Kind>> = { pageSize: 'count', pageToken: 'text' }
const LIST: Readonly<Record<string, Kind>> = {
  ...HISTORY,
  ...PAGE,
  contextId: 'text',
  status: 'text',
  statusTimestampAfter: 'text',
  lastUpdatedAfter: 'text',
  includeArtifacts: 'flag',
}

const wrong = (rule: string): Error =>
  a2aFailure('INVALID_PARAMS', `${rule} Correct the request and send it again.`)

const readValue = (name: string, text: string, kind: Kind): unknown => {
  if (kind === 'text') return text
  if (kind === 'flag') {
    if (text === 'true' || text === 'false') return text === 'true'
    throw wrong(`The query parameter "${name}" must be true or false.`)
  }
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw wrong(`The query parameter "${name}" must be a whole number, 0 or more.`)
}

/** ProtoJSON takes a name in either spelling. */
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const readQuery = (query: URLSearchParams, kinds: Readonly<Record<string, Kind>>): JsonObject =>
  Object.fromEntries(
    Object.entries(kinds).flatMap(([name, kind]): [string, unknown][] => {
      const text = query.get(name) ?? query.get(snake(name)) ?? ''
      return text === '' ? [] : [[name, readValue(name, text, kind)]]
    }),
  )

const readBody = (body: string | undefined): JsonObject => {
  if (body === undefined || body.trim() === '') return {}
  try {
    const { value } = parseJson(body)
    if (isJsonObject(value)) return value
  } catch {
    // Said below, as for any other body that is no object.
  }
  throw wrong('The body must be one JSON object.')
}

/** What creates a config. In 0.3 the config stands in `config`; its official client sends it bare. */
const createParams = ({ id, body }: RestParts, version: A2aVersion): string => {
  const given = readBody(body)
  if (version === '1.0') {
    return given['taskId'] === id && body !== undefined ? body : JSON.stringify({ ...given, taskId: id })
  }
  const parent = `tasks/${id}`
  if (isJsonObject(given['config'])) return JSON.stringify({ ...given, parent })
  return JSON.stringify({ parent, config: omit(given, ['parent']) })
}

const idsOfConfig = ({ id, configId }: RestParts, version: A2aVersion): JsonObject =>
  defined(version === '1.0' ? { taskId: id, id: configId } : { id, pushNotificationConfigId: configId })

/**
 * The params of a REST request as JSON text in the shape of its version; a body that is the params stays byte for byte.
 * @throws A2aFailure INVALID_PARAMS when a query parameter, or the body, is not what it must be
 */
export const paramsOfRest = (operation: Operation, parts: RestParts, version: A2aVersion): string => {
  const { id, query, body } = parts
  switch (operation) {
    case 'send':
    case 'stream':
      readBody(body)
      return body === undefined || body.trim() === '' ? '{}' : body
    case 'get':
      return JSON.stringify({ id, ...readQuery(query, HISTORY) })
    case 'list':
      return JSON.stringify(readQuery(query, LIST))
    case 'cancel':
      return JSON.stringify({ ...readBody(body), id })
    case 'subscribe':
      return JSON.stringify({ id })
    case 'push-create':
      return createParams(parts, version)
    case 'push-list':
      return JSON.stringify({ ...idsOfConfig(parts, version), ...readQuery(query, PAGE) })
    case 'push-get':
    case 'push-delete':
      return JSON.stringify(idsOfConfig(parts, version))
    case 'extended-card':
    case 'card':
      return '{}'
  }
}
