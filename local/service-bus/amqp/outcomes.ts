import type { AmqpError } from './performatives.ts'
import { plain, type Typed, typed } from './rhea.ts'

const ACCEPTED = 0x24
const REJECTED = 0x25
const RELEASED = 0x26
const MODIFIED = 0x27
const ERROR = 0x1d

/** Delivery states that the broker sends. */
export const outcome = {
  accepted: typed.described(ACCEPTED, typed.list([])),
  released: typed.described(RELEASED, typed.list([])),
  rejected: (error: AmqpError): Typed =>
    typed.described(
      REJECTED,
      typed.list([
        typed.described(ERROR, typed.list([typed.symbol(error.condition), typed.string(error.description)])),
      ]),
    ),
}

/** What a client says about a delivery. Maps keep the types of their values. */
export type Outcome =
  | { kind: 'accepted' | 'released' }
  | { kind: 'modified'; undeliverableHere: boolean; annotations: Map<string, Typed> }
  | { kind: 'rejected'; condition?: string; description?: string; info: Map<string, Typed> }

const NAMES = new Map<unknown, number>([
  ['amqp:accepted:list', ACCEPTED],
  ['amqp:rejected:list', REJECTED],
  ['amqp:released:list', RELEASED],
  ['amqp:modified:list', MODIFIED],
])

const items = (value: Typed | undefined): Typed[] =>
  Array.isArray(value?.value) ? (value.value as Typed[]) : []

/** The entries of an AMQP map with their types; empty for anything else. */
export const entriesOf = (map: Typed | undefined): Map<string, Typed> => {
  const pairs = items(map)
  const entries = new Map<string, Typed>()
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const value = pairs[index + 1]
    if (value !== undefined) entries.set(String(pairs[index]?.value), value)
  }
  return entries
}

const text = (value: Typed | undefined): string | undefined => {
  const read = plain(value)
  return typeof read === 'string' ? read : undefined
}

/** Undefined for a state that is not an outcome (such as `received`). */
export const readOutcome = (state: Typed): Outcome | undefined => {
  const descriptor = state.descriptor?.value
  const code = typeof descriptor === 'number' ? descriptor : NAMES.get(descriptor)
  const fields = items(state)
  if (code === ACCEPTED) return { kind: 'accepted' }
  if (code === RELEASED) return { kind: 'released' }
  if (code === MODIFIED) {
    return {
      kind: 'modified',
      undeliverableHere: plain(fields[1]) === true,
      annotations: entriesOf(fields[2]),
    }
  }
  if (code !== REJECTED) return undefined
  const [condition, description, info] = items(fields[0])
  const named = text(condition)
  const described = text(description)
  return {
    kind: 'rejected',
    info: entriesOf(info),
    ...(named !== undefined && { condition: named }),
    ...(described !== undefined && { description: described }),
  }
}
