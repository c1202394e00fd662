import { formatDuration, parseDuration } from '../config/duration.ts'
import { RuleSyntaxError, type RuleValue, type TypedText } from './rule.ts'
import { isGuid, isTimeSpan, textOf } from './values.ts'

const INTEGER = /^[+-]?\d+$/

const readers: Record<TypedText['type'], (text: string) => RuleValue | undefined> = {
  string: (text) => text,
  boolean: (text) => ({ true: true, '1': true, false: false, '0': false })[text.trim().toLowerCase()],
  int: (text) => (INTEGER.test(text.trim()) ? BigInt(text.trim()) : undefined),
  long: (text) => (INTEGER.test(text.trim()) ? BigInt(text.trim()) : undefined),
  double: (text) => readDouble(text.trim()),
  dateTime: (text) => {
    const date = new Date(text)
    return Number.isNaN(date.getTime()) ? undefined : date
  },
  guid: (text) => ({ guid: text.trim().toLowerCase() }),
  duration: (text) => {
    const milliseconds = parseDuration(text.trim())
    return milliseconds === undefined ? undefined : { milliseconds }
  },
  binary: (text) => Buffer.from(text, 'base64'),
}

/** `xsd:double` writes the three special values in its own way. */
const readDouble = (text: string): number | undefined => {
  const special = { INF: Infinity, '-INF': -Infinity, NaN: NaN }[text]
  if (special !== undefined) return special
  const number = Number(text)
  return text === '' || Number.isNaN(number) ? undefined : number
}

/** The value of a typed constant. @throws RuleSyntaxError when the text is none of its type. */
export const readTypedText = (name: string, { type, value }: TypedText): RuleValue => {
  const read = readers[type](value)
  if (read === undefined) throw new RuleSyntaxError(`The value '${value}' of '${name}' is no ${type}.`)
  return read
}

/** The typed text of a value; undefined for NULL. */
export const toTypedText = (value: RuleValue): TypedText | undefined => {
  if (value === null) return undefined
  if (typeof value === 'bigint') return { type: 'long', value: String(value) }
  if (typeof value === 'number') return { type: 'double', value: writeDouble(value) }
  if (typeof value === 'boolean') return { type: 'boolean', value: String(value) }
  if (isTimeSpan(value)) return { type: 'duration', value: formatDuration(value.milliseconds) }
  const text = textOf(value)
  if (typeof value === 'string') return { type: 'string', value: text }
  if (value instanceof Date) return { type: 'dateTime', value: text }
  return { type: isGuid(value) ? 'guid' : 'binary', value: text }
}

const writeDouble = (value: number): string => {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'INF' : '-INF'
}
