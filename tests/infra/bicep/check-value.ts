import type { Parameter } from './read-declarations.ts'
import { isFields, isOpen, type Value } from './value.ts'

const fits: Readonly<Record<string, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isFields,
}

/** What counts for a bound: the number itself, or how long a text or a list is. */
const sizeOf = (value: Value): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : Number(value)

/** Refuses what Azure would refuse: a value of another type, or one that the decorators do not allow. */
export const checkValue = ({ name, type, decorators }: Parameter, value: Value): Value => {
  const { allowed, minValue, maxValue, minLength, maxLength } = decorators
  if (isOpen(value) || value === null) return value
  const [least, most] = [minValue ?? minLength, maxValue ?? maxLength]
  const [choices] = allowed ?? []
  const isRight =
    (fits[type.replace(/\?$/, '')]?.(value) ?? true) &&
    (!Array.isArray(choices) || choices.includes(value)) &&
    (least === undefined || sizeOf(value) >= Number(least[0])) &&
    (most === undefined || sizeOf(value) <= Number(most[0]))
  if (isRight) return value
  throw new Error(`the parameter ${name} (${type}) cannot be ${JSON.stringify(value)}.`)
}
