import * as z from 'zod'
import { type Shape } from '../../contract/a2a/dialect.ts'
import { parseJson } from '../../kernel/json.ts'
import { a2aFailure } from '../a2a-failure.ts'

/** What the router wants to know of params, whatever their shape. */
export type ParamsFacts = {
  taskId?: string
  messageId?: string
  /** The client wants the first answer, not the last. */
  returnImmediately: boolean
  historyLength?: number
}

const Id = z.string().min(1).optional().catch(undefined)
const Length = z.int().min(0).optional().catch(undefined)

const Params = z.looseObject({
  id: Id,
  taskId: Id,
  message: z.looseObject({ taskId: Id, messageId: Id }).optional().catch(undefined),
  configuration: z
    .looseObject({
      returnImmediately: z.boolean().optional().catch(undefined),
      blocking: z.boolean().optional().catch(undefined),
      historyLength: Length,
    })
    .optional()
    .catch(undefined),
})

const read = (text: string): z.infer<typeof Params> => {
  const result = Params.safeParse(parseJson(text).value)
  if (result.success) return result.data
  throw a2aFailure(
    'INVALID_PARAMS',
    'The params must be a JSON object. Look the operation up in the A2A specification.',
  )
}

/** `returnImmediately` is of 1.0, `blocking` of 0.3, whose REST is ProtoJSON: what is false is left out. */
const returnsImmediately = (
  configuration: { returnImmediately?: boolean | undefined; blocking?: boolean | undefined } | undefined,
  shape: Shape,
): boolean => {
  if (shape === '1.0') return configuration?.returnImmediately === true
  if (shape === '0.3') return configuration?.blocking === false
  return configuration !== undefined && configuration.blocking !== true
}

/** Reads the params of a send. */
export const readSendParams = (text: string, shape: Shape): ParamsFacts => {
  const { message, configuration } = read(text)
  return {
    returnImmediately: returnsImmediately(configuration, shape),
    ...(message?.taskId === undefined ? {} : { taskId: message.taskId }),
    ...(message?.messageId === undefined ? {} : { messageId: message.messageId }),
    ...(configuration?.historyLength === undefined ? {} : { historyLength: configuration.historyLength }),
  }
}

/**
 * The task that an operation is about: `id`, or `taskId` for push configs in 1.0 (0.3: `taskId` to set, `id` to read).
 * @throws A2aFailure INVALID_PARAMS without one.
 */
export const readTaskId = (text: string, isPush: boolean): string => {
  const { id, taskId } = read(text)
  const found = isPush ? (taskId ?? id) : id
  if (found !== undefined) return found
  throw a2aFailure('INVALID_PARAMS', `The params lack the id of the task (${isPush ? 'taskId' : 'id'}).`)
}
