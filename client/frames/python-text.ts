const TOKEN = /"((?:[^"\\]|\\.)*)"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** A JSON value in which strings and keys begin with `s`, and numbers are strings: `n` and the text they were written in. */
export type Tagged = { readonly [key: string]: unknown }

/** Reads a JSON object and keeps how its numbers are written, which JSON.parse alone does only in newer runtimes. */
export const parseTagged = (json: string): Tagged =>
  JSON.parse(
    json.replace(TOKEN, (token, text?: string) => (text === undefined ? `"n${token}"` : `"s${text}"`)),
  )

const byCodePoint = (a: string, b: string): number => {
  const [left, right] = [Array.from(a), Array.from(b)]
  const at = left.findIndex((character, index) => character !== right[index])
  if (at === -1) return left.length - right.length
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1)
}

const quote = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** What Python's json writes for a value by default, with sorted keys and no blanks: ASCII, numbers as they were written. */
export const pythonText = (value: unknown): string => {
  if (typeof value === 'string') return value.startsWith('n') ? value.slice(1) : quote(value.slice(1))
  if (Array.isArray(value)) return `[${value.map(pythonText).join(',')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value)
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([key, member]) => `${quote(key.slice(1))}:${pythonText(member)}`)
  return `{${members.join(',')}}`
}
