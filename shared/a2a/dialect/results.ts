import * as z from 'zod'
import type { Shape } from '../../contract/a2a/dialect.ts'
import type { Operation } from '../../contract/a2a/operation.ts'
import { eachLegacy, type Ways } from './legacy.ts'
import { readConfig, writeConfig } from './push-config.ts'
import { readResponse, writeResponse } from './stream-response.ts'
import { readTask, writeTask } from './task.ts'
import { translateCard } from './translate-card.ts'

/** A result may be other than an object: 0.3 lists configs as an array, and answers a deletion with null. */
type AnyWays = Readonly<Record<keyof Ways, z.ZodType>>

const page = (task: z.ZodType) => z.looseObject({ tasks: z.array(task).default([]) })
const readPage = eachLegacy((shape) => page(readTask[shape]))
const writePage = eachLegacy((shape) => page(writeTask[shape]))

const readConfigs: AnyWays = {
  '0.3': z.array(readConfig['0.3']).transform((configs) => ({ configs })),
  '0.3-rest': z.looseObject({ configs: z.array(readConfig['0.3-rest']).default([]) }),
}
const writeConfigs: AnyWays = {
  '0.3': z.object({ configs: z.array(writeConfig['0.3']).default([]) }).transform(({ configs }) => configs),
  '0.3-rest': z.looseObject({ configs: z.array(writeConfig['0.3-rest']).default([]) }),
}

const always = (value: unknown) => z.unknown().transform(() => value)
const readNothing: AnyWays = eachLegacy(() => always({}))
const writeNothing: AnyWays = { '0.3': always(null), '0.3-rest': always({}) }

const cardTo = (shape: Shape) => z.looseObject({}).transform((card) => translateCard(card, shape))
const readCard: AnyWays = eachLegacy(() => cardTo('1.0'))
const writeCard: AnyWays = eachLegacy((shape) => cardTo(shape))

/** The result of each operation, of 0.3 as of 1.0. */
export const readResult: Readonly<Record<Operation, AnyWays>> = {
  send: readResponse,
  stream: readResponse,
  subscribe: readResponse,
  get: readTask,
  cancel: readTask,
  list: readPage,
  'push-create': readConfig,
  'push-get': readConfig,
  'push-list': readConfigs,
  'push-delete': readNothing,
  'extended-card': readCard,
  card: readCard,
}

/** The result of each operation, of 1.0 as of 0.3. */
export const writeResult: Readonly<Record<Operation, AnyWays>> = {
  send: writeResponse,
  stream: writeResponse,
  subscribe: writeResponse,
  get: writeTask,
  cancel: writeTask,
  list: writePage,
  'push-create': writeConfig,
  'push-get': writeConfig,
  'push-list': writeConfigs,
  'push-delete': writeNothing,
  'extended-card': writeCard,
  card: writeCard,
}
