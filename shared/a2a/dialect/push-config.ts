import * as z from 'zod'
import { defined, isJsonObject, type JsonObject, omit } from './json-object.ts'
import { eachLegacy, type Legacy, type Ways } from './legacy.ts'

const text = z.string().nullish()

/** 0.3 has a list of schemes, 1.0 one; what is no list of one keeps the list beside the first. */
const readAuthentication = z.looseObject({ schemes: z.array(z.string()).default([]) }).transform((given) => {
  const { schemes, ...others } = given
  const scheme = schemes[0] ?? ''
  return schemes.length === 1 && scheme !== '' ? { ...others, scheme } : { ...others, scheme, schemes }
})

const writeAuthentication = z
  .looseObject({ scheme: z.string().default(''), schemes: z.array(z.string()).optional() })
  .transform(({ scheme, schemes, ...others }): JsonObject => {
    const lists = schemes !== undefined && (schemes[0] ?? '') === scheme
    return { ...others, schemes: lists ? schemes : [scheme].filter((name) => name !== '') }
  })

/** The config that a send brings with it, of 0.3 as one of 1.0. */
export const readInlineConfig = z.looseObject({
  id: text,
  url: z.string().min(1),
  token: text,
  authentication: readAuthentication.nullish(),
})

/** The config that a send brings with it, of 1.0 as one of 0.3. */
export const writeInlineConfig = z.looseObject({
  id: text,
  url: z.string().min(1),
  token: text,
  authentication: writeAuthentication.nullish(),
})

const NAME = /^tasks\/([^/]+)(?:\/pushNotificationConfigs(?:\/([^/]*))?)?$/

/** The ids in a resource name of 0.3 REST: `tasks/{id}/pushNotificationConfigs/{config}`. */
const idsOf = (name: string): { taskId?: string; configId?: string } => {
  const [, taskId, configId] = NAME.exec(name) ?? []
  return defined({ taskId, configId }) as { taskId?: string; configId?: string }
}
const resourceName = z.string().regex(NAME, { error: 'must be tasks/{id}/pushNotificationConfigs/{config}' })

const flat = (
  outer: JsonObject,
  config: JsonObject,
  ids: { taskId?: string; configId?: string },
): JsonObject => {
  const id = config['id'] ?? (ids.configId === '' ? undefined : ids.configId)
  return defined({ ...outer, ...config, id, taskId: ids.taskId })
}

const readNamed = z
  .looseObject({ name: resourceName, pushNotificationConfig: readInlineConfig })
  .transform(({ name, pushNotificationConfig, ...outer }) => flat(outer, pushNotificationConfig, idsOf(name)))

/** A config of a task of 0.3 as one of 1.0, which has all in one object. */
export const readConfig: Ways = {
  '0.3': z
    .looseObject({ taskId: z.string().min(1), pushNotificationConfig: readInlineConfig })
    .transform(({ taskId, pushNotificationConfig, ...outer }) =>
      flat(outer, pushNotificationConfig, { taskId }),
    ),
  '0.3-rest': readNamed,
}

/** What belongs to the task rather than to its config. */
const OUTER = ['metadata', 'tenant']

const nested = (config: JsonObject, shape: Legacy): JsonObject => {
  const { taskId, ...others } = config
  const outer = defined({ metadata: others['metadata'], tenant: others['tenant'] })
  const pushNotificationConfig = omit(others, OUTER)
  if (shape === '0.3') return { taskId, pushNotificationConfig, ...outer }
  const id = typeof others['id'] === 'string' ? others['id'] : ''
  return { name: `tasks/${String(taskId)}/pushNotificationConfigs/${id}`, pushNotificationConfig, ...outer }
}

/** A config of a task of 1.0 as one of 0.3. */
export const writeConfig: Ways = eachLegacy((shape) =>
  writeInlineConfig.extend({ taskId: z.string().min(1) }).transform((config) => nested(config, shape)),
)

/** What creates a config, of 0.3 as of 1.0. REST of 0.3 has it within `config`, or bare as its official client sends it. */
export const readConfigParams: Ways = {
  '0.3': readConfig['0.3'],
  '0.3-rest': z
    .looseObject({
      parent: resourceName,
      configId: z.string().optional(),
      config: z.looseObject({ pushNotificationConfig: readInlineConfig }),
    })
    .transform(({ parent, configId, config, ...outer }) => {
      const { name: _name, pushNotificationConfig, ...others } = config
      const { taskId = '' } = idsOf(parent)
      return flat({ ...outer, ...others }, pushNotificationConfig, defined({ taskId, configId }))
    }),
}

/** What creates a config, of 1.0 as of 0.3. */
export const writeConfigParams: Ways = {
  '0.3': writeConfig['0.3'],
  '0.3-rest': writeConfig['0.3-rest'].transform((config) => {
    const { pushNotificationConfig, name, ...outer } = config
    const id = isJsonObject(pushNotificationConfig) ? pushNotificationConfig['id'] : undefined
    const { taskId } = idsOf(String(name))
    const members = { parent: `tasks/${taskId}`, configId: id, config: { name, pushNotificationConfig } }
    return defined({ ...members, ...outer })
  }),
}

/** The ids that name a config, of 0.3 as of 1.0: `id` is the task there, the config here. */
export const readConfigIds: Ways = eachLegacy(() =>
  z
    .looseObject({ id: z.string().min(1), pushNotificationConfigId: z.string().optional() })
    .transform(({ id: taskId, pushNotificationConfigId: id, ...others }) =>
      defined({ ...others, taskId, id }),
    ),
)

/** The ids that name a config, of 1.0 as of 0.3. */
export const writeConfigIds: Ways = eachLegacy(() =>
  z
    .looseObject({ taskId: z.string().min(1), id: z.string().optional() })
    .transform(({ taskId, id, ...others }) =>
      defined({ ...others, id: taskId, pushNotificationConfigId: id === '' ? undefined : id }),
    ),
)
