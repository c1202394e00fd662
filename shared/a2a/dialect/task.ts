import * as z from 'zod'
import { readArtifact, writeArtifact } from './artifact.ts'
import { carry, partOthers, unpack } from './carried.ts'
import { type JsonObject, omit } from './json-object.ts'
import { eachLegacy, type Legacy, type Ways } from './legacy.ts'
import { readMessage, writeMessage } from './message.ts'
import { readStatus, writeStatus } from './task-status.ts'

/** From 1.0 to 0.3, where they differ by `kind` and what else only 0.3 says (`extra`). */
export const addKind = (
  value: JsonObject,
  shape: Legacy,
  { kind, ...extra }: { kind: string } & JsonObject,
): JsonObject => {
  const { value: bare, carried } = unpack(value, shape)
  const members = shape === '0.3' ? { kind, ...extra } : extra
  const { free, taken } = partOthers(bare, [], Object.keys(members))
  return carry({ ...members, ...free, ...carried }, '1.0', taken)
}

/** The way back of addKind. `extra`: what only the legacy shape can say. */
export const dropKind = (value: JsonObject, shape: Legacy, extra: JsonObject = {}): JsonObject => {
  const { value: bare, carried } = unpack(value, '1.0')
  return carry({ ...(shape === '0.3' ? omit(bare, ['kind']) : bare), ...carried }, shape, extra)
}

/** A task of 0.3 as one of 1.0. */
export const readTask: Ways = eachLegacy((shape) =>
  z
    .looseObject({
      id: z.string().min(1),
      contextId: z.string().nullish(),
      status: readStatus[shape],
      history: z.array(readMessage[shape]).nullish(),
      artifacts: z.array(readArtifact[shape]).nullish(),
    })
    .transform((task) => dropKind(task, shape)),
)

/** A task of 1.0 as one of 0.3. */
export const writeTask: Ways = eachLegacy((shape) =>
  z
    .looseObject({
      id: z.string().min(1),
      contextId: shape === '0.3' ? z.string().default('') : z.string().optional(),
      status: writeStatus[shape],
      history: z.array(writeMessage[shape]).nullish(),
      artifacts: z.array(writeArtifact[shape]).nullish(),
    })
    .transform((task) => addKind(task, shape, { kind: 'task' })),
)
