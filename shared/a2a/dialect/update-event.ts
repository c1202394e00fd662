import * as z from 'zod'
import type { Shape } from '../../contract/a2a/dialect.ts'
import { readArtifact, writeArtifact } from './artifact.ts'
import { omit } from './json-object.ts'
import { eachLegacy, type Legacy, type Ways } from './legacy.ts'
import { isInterrupted, isTerminal, STATES } from './task-state.ts'
import { addKind, dropKind } from './task.ts'
import { readStatus, writeStatus } from './task-status.ts'

const ids = (shape: Legacy) => ({
  taskId: z.string().min(1),
  contextId: shape === '0.3' ? z.string().default('') : z.string().optional(),
})
const idsOfLegacy = { taskId: z.string().min(1), contextId: z.string().nullish() }

/** Whether 0.3 says `final` with a state: nothing more comes on this stream. */
const isFinal = (state: unknown, shape: Shape): boolean =>
  STATES.some((names) => names[shape] === state && (isTerminal(names['1.0']) || isInterrupted(names['1.0'])))

/** A status update of 0.3 as one of 1.0. `final` follows from the state; one that does not is carried. */
export const readStatusUpdate: Ways = eachLegacy((shape) =>
  z
    .looseObject({
      ...idsOfLegacy,
      status: readStatus[shape],
      final: shape === '0.3' ? z.boolean().optional() : z.boolean().default(false),
    })
    .transform((event) => {
      const said = event.final === isFinal(event.status['state'], '1.0') ? {} : { final: event.final }
      return dropKind(omit(event, ['final']), shape, said)
    }),
)

/** A status update of 1.0 as one of 0.3. ProtoJSON leaves `final` out where it is false. */
export const writeStatusUpdate: Ways = eachLegacy((shape) =>
  z.looseObject({ ...ids(shape), status: writeStatus[shape] }).transform((event) => {
    const final = isFinal(event.status['state'], shape)
    const said = addKind(event, shape, { kind: 'status-update', final })
    return shape === '0.3-rest' && said['final'] === false ? omit(said, ['final']) : said
  }),
)

/** An artifact update of 0.3 as one of 1.0. */
export const readArtifactUpdate: Ways = eachLegacy((shape) =>
  z
    .looseObject({ ...idsOfLegacy, artifact: readArtifact[shape] })
    .transform((event) => dropKind(event, shape)),
)

/** An artifact update of 1.0 as one of 0.3. */
export const writeArtifactUpdate: Ways = eachLegacy((shape) =>
  z
    .looseObject({ ...ids(shape), artifact: writeArtifact[shape] })
    .transform((event) => addKind(event, shape, { kind: 'artifact-update' })),
)
