/** One inline constraint of a route parameter, as written: `min(3)` is name `min`, argument `3`. */
export type ConstraintCall = { name: string; argument: string | undefined }

/** Decides whether a (non-empty) value may stand for the parameter. */
export type Constraint = (value: string) => boolean

const INT_MIN = -2_147_483_648n
const INT_MAX = 2_147_483_647n
const LONG_MIN = -(2n ** 63n)
const LONG_MAX = 2n ** 63n - 1n
const INTEGER = /^\s*[+-]?\d+\s*$/
const DECIMAL = /^\s*[+-]?(\d{1,3}(,\d{3})*|\d+)?(\.\d*)?\s*$/
const FLOAT = /^\s*[+-]?((\d[\d,]*)?(\.\d*)?([eE][+-]?\d+)?|Infinity|NaN)\s*$/
const GUID =
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\{[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}|\([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\))$/i

const integerWithin =
  (min: bigint, max: bigint): Constraint =>
  (value) =>
    INTEGER.test(value) &&
    BigInt(value.trim().replace('+', '')) >= min &&
    BigInt(value.trim().replace('+', '')) <= max

const hasDigit = (value: string): boolean => /\d/.test(value)
const isFile = (value: string): boolean => {
  const name = value.slice(value.lastIndexOf('/') + 1)
  const dot = name.indexOf('.')
  return dot >= 0 && dot < name.length - 1
}

const WITHOUT_ARGUMENT: Record<string, Constraint> = {
  int: integerWithin(INT_MIN, INT_MAX),
  long: integerWithin(LONG_MIN, LONG_MAX),
  bool: (value) => /^\s*(true|false)\s*$/i.test(value),
  guid: (value) => GUID.test(value.trim()),
  decimal: (value) => hasDigit(value) && DECIMAL.test(value),
  double: (value) => FLOAT.test(value) && /[\dIN]/.test(value),
  float: (value) => FLOAT.test(value) && /[\dIN]/.test(value),
  datetime: (value) => hasDigit(value) && !Number.isNaN(Date.parse(value)),
  alpha: (value) => /^[a-z]*$/i.test(value),
  required: (value) => value !== '',
  file: isFile,
  nonfile: (value) => !isFile(value),
}

const WITH_ARGUMENT: Record<string, (argument: string) => Constraint | undefined> = {
  minlength: (argument) => lengthWithin(readInteger(argument), Infinity),
  maxlength: (argument) => lengthWithin(0, readInteger(argument)),
  length: (argument) => {
    const [min, max = min] = argument.split(',').map(readInteger)
    return lengthWithin(min, max)
  },
  min: (argument) => longWithin(readLong(argument), LONG_MAX),
  max: (argument) => longWithin(LONG_MIN, readLong(argument)),
  range: (argument) => {
    const [min, max] = argument.split(',').map(readLong)
    return longWithin(min, max)
  },
  regex: (argument) => {
    const pattern = new RegExp(argument, 'i')
    return (value) => pattern.test(value)
  },
}

const readInteger = (text: string): number | undefined =>
  /^\s*\d+\s*$/.test(text) ? Number(text) : undefined
const readLong = (text: string): bigint | undefined => (INTEGER.test(text) ? BigInt(text.trim()) : undefined)

const lengthWithin = (min: number | undefined, max: number | undefined): Constraint | undefined =>
  min === undefined || max === undefined ? undefined : (value) => value.length >= min && value.length <= max

const longWithin = (min: bigint | undefined, max: bigint | undefined): Constraint | undefined =>
  min === undefined || max === undefined ? undefined : integerWithin(min, max)

/**
 * Builds a constraint of ASP.NET Core's inline set.
 * @throws Error naming an unknown constraint or a wrong argument; the function then fails at startup.
 */
export const createConstraint = ({ name, argument }: ConstraintCall): Constraint => {
  const key = name.toLowerCase()
  const plain = argument === undefined ? WITHOUT_ARGUMENT[key] : undefined
  if (plain !== undefined) return plain
  const create = WITH_ARGUMENT[key]
  const constraint = argument === undefined ? undefined : create?.(argument)
  if (constraint !== undefined) return constraint
  if (create !== undefined) throw new Error(`the constraint ${name}(${argument ?? ''}) has a wrong argument`)
  throw new Error(`the constraint reference '${name}' could not be resolved to a type`)
}
