import * as z from 'zod'
import type { A2aVersion } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { parseJson } from '../../kernel/json.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { isJsonObject, type JsonObject, omit } from './json-object.ts'

/** An HTTP request below the URL of a REST interface. */
export type RestRequest = {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  query?: URLSearchParams
  body?: string
}

const Id = z.string().min(1)

/** An id as one segment of a path; a URL would swallow a segment of dots. */
const segment = (value: unknown, name: string): string => {
  const id = Id.safeParse(value).data
  if (id !== undefined && id !== '.' && id !== '..') return encodeURIComponent(id)
  throw a2aFailure('INVALID_PARAMS', `The params need "${name}", the id of what is meant, as a text.`)
}

/** Members that are no part of the path: as a query those that are plain values. */
const queryOf = (params: JsonObject, known: readonly string[]): { query?: URLSearchParams } => {
  const plain = Object.entries(omit(params, [...known, 'tenant'])).filter(
    ([, value]) => value !== null && value !== undefined && !isJsonObject(value) && !Array.isArray(value),
  )
  const query = new URLSearchParams(plain.map(([name, value]): [string, string] => [name, valueText(value)]))
  return query.size > 0 ? { query } : {}
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const bodyOf = (params: JsonObject, known: readonly string[]): { body?: string } => {
  const others = omit(params, [...known, 'tenant'])
  return Object.keys(others).length > 0 ? { body: JSON.stringify(others) } : {}
}

const configPath = (task: unknown, config: unknown, names: readonly [string, string]): string => {
  const below = config === undefined || config === '' ? '' : `/${segment(config, names[1])}`
  return `/tasks/${segment(task, names[0])}/pushNotificationConfigs${below}`
}

/** The task and the config that the params of a push operation name, by the words of a version. */
const namesOf = (version: A2aVersion): readonly [string, string] =>
  version === '1.0' ? ['taskId', 'id'] : ['id', 'pushNotificationConfigId']

/** The task of a config that is to be created: 0.3 names it as a resource, `tasks/{id}`. */
const taskOf = (params: JsonObject, version: A2aVersion): unknown => {
  if (version === '1.0') return params['taskId']
  const { parent } = params
  return typeof parent === 'string' ? parent.replace(/^tasks\//, '') : undefined
}

const objectOf = (text: string): JsonObject => {
  const { value } = parseJson(text)
  return isJsonObject(value) ? value : {}
}

const requestOf = (operation: Operation, version: A2aVersion, text: string): RestRequest => {
  const params = objectOf(text)
  const task = (): string => `/tasks/${segment(params['id'], 'id')}`
  const names = namesOf(version)
  const named = (withConfig: boolean): string =>
    configPath(params[names[0]], withConfig ? params[names[1]] : undefined, names)
  switch (operation) {
    case 'send':
    case 'stream':
      return { method: 'POST', path: `/message:${operation}`, body: text }
    case 'get':
      return { method: 'GET', path: task(), ...queryOf(params, ['id']) }
    case 'list':
      return { method: 'GET', path: '/tasks', ...queryOf(params, []) }
    case 'cancel':
      return { method: 'POST', path: `${task()}:cancel`, ...bodyOf(params, ['id']) }
    case 'subscribe':
      return { method: 'POST', path: `${task()}:subscribe` }
    case 'push-create':
      return { method: 'POST', path: configPath(taskOf(params, version), undefined, names), body: text }
    case 'push-get':
      return { method: 'GET', path: named(true) }
    case 'push-list':
      return { method: 'GET', path: named(false), ...queryOf(params, names) }
    case 'push-delete':
      return { method: 'DELETE', path: named(true) }
    case 'extended-card':
      return { method: 'GET', path: version === '1.0' ? '/extendedAgentCard' : '/card' }
    case 'card':
      throw new TypeError('The card is fetched from its own address: it is no operation of an interface.')
  }
}

/**
 * An operation as an HTTP request in the REST binding of a version.
 * @param params the params as JSON text in the shape of the version; what goes into a body stays byte for byte
 * @throws A2aFailure INVALID_PARAMS when an id is missing that the path needs
 */
export const restRequest = (operation: Operation, version: A2aVersion, params: string): RestRequest => {
  const request = requestOf(operation, version, params)
  return version === '1.0' ? request : { ...request, path: `/v1${request.path}` }
}
