import * as z from 'zod'
import type { Operation } from '../../contract/a2a/operation.ts'
import { defined, type JsonObject } from './json-object.ts'
import { eachLegacy, type Legacy, type Ways } from './legacy.ts'
import { readMessage, writeMessage } from './message.ts'
import {
  readConfigIds,
  readConfigParams,
  readInlineConfig,
  writeConfigIds,
  writeConfigParams,
  writeInlineConfig,
} from './push-config.ts'
import { readState, writeState } from './task-status.ts'

/** How the config that a send brings with it is called. */
const INLINE = { '0.3': 'pushNotificationConfig', '0.3-rest': 'pushNotification' } as const
const historyLength = z.int().min(0).nullish()

/** 1.0 asks whether to return at once, 0.3 whether to wait; ProtoJSON leaves out what is false. */
const readConfiguration = (shape: Legacy) =>
  z
    .looseObject({
      blocking: shape === '0.3' ? z.boolean().optional() : z.boolean().default(false),
      historyLength,
      [INLINE[shape]]: readInlineConfig.nullish(),
    })
    .transform((given): JsonObject => {
      const { blocking, [INLINE[shape]]: taskPushNotificationConfig, ...others } = given
      const returnImmediately = typeof blocking === 'boolean' ? !blocking : undefined
      return defined({ ...others, returnImmediately, taskPushNotificationConfig })
    })

const blockingOf = (returnImmediately: boolean | undefined, shape: Legacy): boolean | undefined => {
  if (shape === '0.3') return returnImmediately === undefined ? undefined : !returnImmediately
  return returnImmediately === true ? undefined : true
}

const writeConfiguration = (shape: Legacy) =>
  z
    .looseObject({
      returnImmediately: z.boolean().optional(),
      historyLength,
      taskPushNotificationConfig: writeInlineConfig.nullish(),
    })
    .transform((given): JsonObject => {
      const { returnImmediately, taskPushNotificationConfig, ...others } = given
      const blocking = blockingOf(returnImmediately, shape)
      return defined({ ...others, blocking, [INLINE[shape]]: taskPushNotificationConfig })
    })

const readSend = eachLegacy((shape) =>
  z.looseObject({ message: readMessage[shape], configuration: readConfiguration(shape).nullish() }),
)
const writeSend = eachLegacy((shape) =>
  z.looseObject({ message: writeMessage[shape], configuration: writeConfiguration(shape).nullish() }),
)

const named = eachLegacy(() => z.looseObject({ id: z.string().min(1), historyLength }))
const readList = eachLegacy((shape) => z.looseObject({ status: readState[shape].nullish(), historyLength }))
const writeList = eachLegacy((shape) => z.looseObject({ status: writeState[shape].nullish(), historyLength }))
const anything = eachLegacy(() =>
  z
    .looseObject({})
    .nullish()
    .transform((params) => params ?? {}),
)

/** The params of each operation, of 0.3 as of 1.0. */
export const readParams: Readonly<Record<Operation, Ways>> = {
  send: readSend,
  stream: readSend,
  get: named,
  cancel: named,
  subscribe: named,
  list: readList,
  'push-create': readConfigParams,
  'push-get': readConfigIds,
  'push-list': readConfigIds,
  'push-delete': readConfigIds,
  'extended-card': anything,
  card: anything,
}

/** The params of each operation, of 1.0 as of 0.3. */
export const writeParams: Readonly<Record<Operation, Ways>> = {
  send: writeSend,
  stream: writeSend,
  get: named,
  cancel: named,
  subscribe: named,
  list: writeList,
  'push-create': writeConfigParams,
  'push-get': writeConfigIds,
  'push-list': writeConfigIds,
  'push-delete': writeConfigIds,
  'extended-card': anything,
  card: anything,
}
