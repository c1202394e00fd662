import * as z from 'zod'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { eachLegacy, type Legacy, type Ways } from './legacy.ts'
import { readMessage, writeMessage } from './message.ts'
import { readTask, writeTask } from './task.ts'
import {
  readArtifactUpdate,
  readStatusUpdate,
  writeArtifactUpdate,
  writeStatusUpdate,
} from './update-event.ts'

const MEMBERS = ['task', 'message', 'statusUpdate', 'artifactUpdate'] as const
const KINDS = {
  task: 'task',
  message: 'message',
  statusUpdate: 'status-update',
  artifactUpdate: 'artifact-update',
}

const readers = {
  task: readTask,
  message: readMessage,
  statusUpdate: readStatusUpdate,
  artifactUpdate: readArtifactUpdate,
}
const writers = {
  task: writeTask,
  message: writeMessage,
  statusUpdate: writeStatusUpdate,
  artifactUpdate: writeArtifactUpdate,
}

/** An object that has exactly one of the members; others beside it mean nothing. */
const union = (ways: typeof readers, shape: Legacy) =>
  z
    .object({
      task: ways.task[shape].optional(),
      message: ways.message[shape].optional(),
      statusUpdate: ways.statusUpdate[shape].optional(),
      artifactUpdate: ways.artifactUpdate[shape].optional(),
    })
    .refine((value) => MEMBERS.filter((member) => value[member] !== undefined).length === 1, {
      error: `must have exactly one of ${MEMBERS.join(', ')}`,
    })

const ofKind = (member: (typeof MEMBERS)[number]) =>
  z
    .looseObject({ kind: z.literal(KINDS[member]) })
    .transform((value): unknown => value)
    .pipe(readers[member]['0.3'])
    .transform((value): JsonObject => ({ [member]: value }))

/** Some servers of 0.3 REST name the message as the schema does. */
const renameMsg = (value: unknown): unknown => {
  if (!isJsonObject(value) || value['msg'] === undefined) return value
  const { msg: message, ...others } = value
  return { message, ...others }
}

/**
 * An event of a stream, or the result of a send, of 0.3 as a StreamResponse. In 0.3 JSON-RPC it is bare and `kind`
 * tells what it is.
 */
export const readResponse: Ways = {
  '0.3': z.discriminatedUnion('kind', [
    ofKind('task'),
    ofKind('message'),
    ofKind('statusUpdate'),
    ofKind('artifactUpdate'),
  ]),
  '0.3-rest': z.preprocess(renameMsg, union(readers, '0.3-rest')),
}

/** A StreamResponse as an event of 0.3. */
export const writeResponse: Ways = eachLegacy((shape) =>
  union(writers, shape).transform((value): JsonObject => {
    if (shape === '0.3-rest') return value
    return value.task ?? value.message ?? value.statusUpdate ?? value.artifactUpdate ?? {}
  }),
)
