import { numberText } from './parse-exact-json.ts'

/** A UTF-16 code unit in the order of code points: surrogates, of characters beyond U+FFFF, come after all others. */
const rank = (unit: number): number => {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}

const byCodePoint = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = rank(a.charCodeAt(index)) - rank(b.charCodeAt(index))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** JSON.stringify escapes what is below U+0020 as Python does; the rest that is not printable ASCII is left. */
const quote = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/**
 * The text that Python's `json.dumps(value, sort_keys=True, separators=(",", ":"))` has for a JSON value: ASCII only,
 * members in the order of code points, numbers as they were written.
 */
export const pythonJson = (value: unknown): string => {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const number = numberText(value)
  if (number !== undefined) return number
  const members = Object.entries(value)
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([key, member]) => `${quote(key)}:${pythonJson(member)}`)
  return `{${members.join(',')}}`
}
