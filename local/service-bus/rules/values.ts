import type { Guid, RuleValue, TimeSpan } from './rule.ts'

/** A value that is not NULL. */
export type KnownValue = NonNullable<RuleValue>

export const isGuid = (value: RuleValue): value is Guid =>
  typeof value === 'object' && value !== null && 'guid' in value

export const isTimeSpan = (value: RuleValue): value is TimeSpan =>
  typeof value === 'object' && value !== null && 'milliseconds' in value

export const isNumeric = (value: RuleValue): value is bigint | number =>
  typeof value === 'bigint' || typeof value === 'number'

/** What kind of value it is, in words of errors. */
export const kindOf = (value: KnownValue): string => {
  if (typeof value !== 'object') return typeof value === 'bigint' ? 'integer' : typeof value
  if (value instanceof Date) return 'timestamp'
  if (isGuid(value)) return 'uuid'
  return isTimeSpan(value) ? 'time span' : 'binary'
}

/** The text of a value as .NET writes it in a concatenation. */
export const textOf = (value: KnownValue): string => {
  if (value instanceof Date) return value.toISOString()
  if (isGuid(value)) return value.guid
  if (isTimeSpan(value)) return `${value.milliseconds} ms`
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value)
}

const orderable = (left: KnownValue, right: KnownValue): [number | bigint, number | bigint] | undefined => {
  if (typeof left === 'bigint' && typeof right === 'bigint') return [left, right]
  if (isNumeric(left) && isNumeric(right)) return [Number(left), Number(right)]
  if (left instanceof Date && right instanceof Date) return [left.getTime(), right.getTime()]
  if (isTimeSpan(left) && isTimeSpan(right)) return [left.milliseconds, right.milliseconds]
  return undefined
}

/** Whether two values are the same. Numbers of all widths compare by value, all other kinds only with their own. */
export const isEqual = (left: KnownValue, right: KnownValue): boolean => {
  const pair = orderable(left, right)
  if (pair !== undefined) return pair[0] === pair[1]
  if (isGuid(left) && isGuid(right)) return left.guid === right.guid
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0
  return left === right
}

/** Negative, zero or positive; NaN where a NaN is compared; undefined when the two have no order. */
export const compare = (left: KnownValue, right: KnownValue): number | undefined => {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right)
  const pair = orderable(left, right)
  if (pair === undefined) return undefined
  if (Number.isNaN(pair[0]) || Number.isNaN(pair[1])) return NaN
  return pair[0] < pair[1] ? -1 : Number(pair[0] > pair[1])
}
