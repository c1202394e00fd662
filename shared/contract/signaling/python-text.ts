/** A string of JSON, what stands between its quotes, or a number. */
const TOKEN = /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*/g

/** A JSON value in which strings and keys begin with `s`, and numbers are strings: `n` and the text they were written in. */
export type Tagged = { readonly [key: string]: unknown }

/**
 * Reads a JSON object and keeps how its numbers are written, in every runtime: JSON.parse tells that only in newer ones.
 * @throws SyntaxError
 */
export const parseTagged = (json: string): Tagged =>
  JSON.parse(
    json.replace(TOKEN, (token, text?: string) => (text === undefined ? `"n${token}"` : `"s${text}"`)),
  )

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
 * The text that Python's `json.dumps(value, sort_keys=True, separators=(",", ":"))` has for a value: ASCII only, members in
 * the order of code points, numbers as they were written.
 */
export const pythonText = (tagged: unknown): string => {
  if (typeof tagged === 'string') return tagged.startsWith('n') ? tagged.slice(1) : quote(tagged.slice(1))
  if (Array.isArray(tagged)) return `[${tagged.map(pythonText).join(',')}]`
  if (typeof tagged !== 'object' || tagged === null) return String(tagged)
  const members = Object.entries(tagged)
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([key, member]) => `${quote(key.slice(1))}:${pythonText(member)}`)
  return `{${members.join(',')}}`
}
