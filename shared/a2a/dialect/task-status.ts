import * as z from 'zod'
import { defined } from './json-object.ts'
import { eachLegacy, type Ways } from './legacy.ts'
import { readMessage, writeMessage } from './message.ts'
import { STATES } from './task-state.ts'

/** A state of 0.3 as one of 1.0. */
export const readState = eachLegacy((shape) =>
  z
    .enum(STATES.map((names) => names[shape]))
    .transform((state) => STATES.find((names) => names[shape] === state)?.['1.0']),
)

/** A state of 1.0 as one of 0.3. */
export const writeState = eachLegacy((shape) =>
  z
    .enum(STATES.map((names) => names['1.0']))
    .transform((state) => STATES.find((names) => names['1.0'] === state)?.[shape]),
)

/** The status of a task of 0.3 as one of 1.0. ProtoJSON leaves an unspecified state out. */
export const readStatus: Ways = eachLegacy((shape) =>
  z.looseObject({
    state: shape === '0.3' ? readState[shape] : readState[shape].optional(),
    message: readMessage[shape].nullish(),
  }),
)

/** The status of a task of 1.0 as one of 0.3. */
export const writeStatus: Ways = eachLegacy((shape) =>
  z
    .looseObject({ state: writeState[shape].optional(), message: writeMessage[shape].nullish() })
    .transform((status) =>
      shape === '0.3' ? { ...status, state: status.state ?? 'unknown' } : defined(status),
    ),
)
