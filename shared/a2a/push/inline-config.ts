import type { Shape } from '../../contract/a2a/dialect.ts'
import { jsonMembers, jsonObject } from '../../kernel/json-members.ts'
import { type PushConfig, readPushConfig } from './push-config.ts'

/** Where each shape has the push config of a send, in `configuration`. */
const canonicalName: Record<Shape, string> = {
  '1.0': 'taskPushNotificationConfig',
  '0.3': 'pushNotificationConfig',
  '0.3-rest': 'pushNotification',
}

/** Every spelling that some reader takes: ProtoJSON also accepts the names of the proto file. */
const NAMES: ReadonlySet<string> = new Set([
  ...Object.values(canonicalName),
  'task_push_notification_config',
  'push_notification_config',
  'push_notification',
])

/** What a text must have to hold one of the names; `\u` could spell any of them. */
const MAY_HAVE_CONFIG = /push_?notification|\\u/i

const isObjectText = (text: string | undefined): text is string => text?.trimStart().startsWith('{') === true

const isNull = (text: string): boolean => text.trim() === 'null'

/** The config in the params of a send, as JSON text. */
const findInline = (params: string): string | undefined => {
  if (!MAY_HAVE_CONFIG.test(params) || !isObjectText(params)) return undefined
  const configuration = jsonMembers(params).get('configuration')
  if (!isObjectText(configuration)) return undefined
  const found = [...jsonMembers(configuration)].filter(([name]) => NAMES.has(name))
  return found.map(([, value]) => value).find((value) => !isNull(value))
}

/** The params with another config in the place of what is there; every other member stays byte for byte. */
const replaceInline = (params: string, shape: Shape, config: string | undefined): string => {
  const members = jsonMembers(params)
  const configuration = [...jsonMembers(members.get('configuration') ?? '{}')]
  const kept = configuration.filter(([name]) => !NAMES.has(name))
  const changed = jsonObject([...kept, [canonicalName[shape], config]])
  return jsonObject([...members].map(([name, value]) => [name, name === 'configuration' ? changed : value]))
}

/** A task as the deployment that was asked knows it: itself, and the log of the task there. */
export type AskedTask = { askingProxyId: string; stream: string }

/** The address that stands for "the gateway's callback for this task" until the hosting deployment fills it in. */
const PLACEHOLDER = 'urn:agent-gateway:callback:'

/** A config that asks the hosting deployment for its callback. */
export const placeholderConfig = ({ askingProxyId, stream }: AskedTask): { url: string } => ({
  url: `${PLACEHOLDER}${encodeURIComponent(askingProxyId)}:${encodeURIComponent(stream)}`,
})

/** The task that a placeholder names. */
const readPlaceholder = (config: string): AskedTask | undefined => {
  const { url }: { url?: unknown } = JSON.parse(config) ?? {}
  if (typeof url !== 'string' || !url.startsWith(PLACEHOLDER)) return undefined
  const [askingProxyId = '', stream = ''] = url.slice(PLACEHOLDER.length).split(':').map(decodeURIComponent)
  return { askingProxyId, stream }
}

/** The push config in the params of a send. @throws A2aFailure INVALID_PARAMS when it breaks a rule. */
export const readInline = (params: string): PushConfig | undefined => {
  const found = findInline(params)
  return found === undefined ? undefined : readPushConfig(JSON.parse(found))
}

/**
 * Takes the client's push config out of the params of a send, at the deployment that was asked: what goes on, and over
 * the bus, holds neither its address nor its secrets, but a placeholder that names the log of the task.
 * Without a config the params stay as they are.
 */
export const takeInline = (params: string, shape: Shape, task: AskedTask): string =>
  findInline(params) === undefined
    ? params
    : replaceInline(params, shape, JSON.stringify(placeholderConfig(task)))

/** The config that an agent gets: where to call the gateway back, and with which token. */
export type CallbackConfig = { id: string; url: string; token: string }

/** The token goes by both ways: servers of 1.0 send the credentials, older ones the token. */
export const shapeCallback = ({ id, url, token }: CallbackConfig, shape: Shape): Record<string, unknown> => ({
  id,
  url,
  token,
  authentication: {
    ...(shape === '1.0' ? { scheme: 'Bearer' } : { schemes: ['Bearer'] }),
    credentials: token,
  },
})

type CallbackFor = (task: AskedTask) => CallbackConfig | undefined

/**
 * Puts the gateway's callback where the params of a send have a placeholder, at the deployment that hosts the agent.
 * Any other config is left out: an agent never gets a client's.
 */
export const placeInline = (params: string, shape: Shape, callbackFor: CallbackFor): string => {
  const found = findInline(params)
  if (found === undefined) return params
  const task = readPlaceholder(found)
  const callback = task && callbackFor(task)
  return replaceInline(params, shape, callback && JSON.stringify(shapeCallback(callback, shape)))
}

/** The params (shape 1.0) of a push-create by which the asking deployment has an agent call back. */
export const createParams = (taskId: string, task: AskedTask): string =>
  JSON.stringify({ taskId, ...placeholderConfig(task) })

/** Such params with the callback in them; undefined where there is none to be had. */
export const placeCreate = (params: string, callbackFor: CallbackFor): string | undefined => {
  const task = readPlaceholder(params)
  const callback = task && callbackFor(task)
  if (callback === undefined) return undefined
  const { taskId }: { taskId?: unknown } = JSON.parse(params)
  return JSON.stringify({ taskId, ...shapeCallback(callback, '1.0') })
}
