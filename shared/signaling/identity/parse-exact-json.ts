const MAX_DEPTH = 64

/** A JSON value, once as JavaScript has it, once with each number that JavaScript writes otherwise kept as its text. */
export type ExactJson = { value: unknown; exact: unknown }

/** `JSON.rawJSON` and the third parameter of a reviver (ES2026) are not in the library types yet. */
const raw = JSON as unknown as { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }
type Reviver = (key: string, value: unknown) => unknown

/** The text of a number that was kept, undefined for every other value. */
export const numberText = (value: unknown): string | undefined =>
  raw.isRawJSON(value) ? JSON.stringify(value) : undefined

/** How many members the objects of a text have as it is written, and how deep it goes. The text may be no JSON at all. */
const measure = (text: string): { members: number; depth: number } => {
  let members = 0
  let depth = 0
  let open = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '"') {
      // To the closing quote, past escaped ones.
      for (index++; index < text.length && text[index] !== '"'; index++) if (text[index] === '\\') index++
    } else if (character === ':') members++
    else if (character === '{' || character === '[') depth = Math.max(depth, ++open)
    else if (character === '}' || character === ']') open--
  }
  return { members, depth }
}

const checkText = (text: string): void => {
  if (!text.isWellFormed()) throw new SyntaxError('a text has half of a surrogate pair')
}

/**
 * Parses JSON that reads the same in every parser (I-JSON, RFC 7493): no member twice, no half character, no number that
 * is none; and not deeper than 64 levels.
 * @throws SyntaxError, its message a clause that says what is wrong.
 */
export const parseExactJson = (text: string): ExactJson => {
  const written = measure(text)
  if (written.depth > MAX_DEPTH) throw new SyntaxError(`it goes deeper than ${MAX_DEPTH} levels`)
  let members = 0
  let isPlain = true
  const keep = (_key: string, value: unknown, { source }: { source?: string }): unknown => {
    if (typeof value === 'string') checkText(value)
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const keys = Object.keys(value)
      keys.forEach(checkText)
      members += keys.length
    }
    if (typeof value !== 'number' || source === undefined || source === String(value)) return value
    if (!Number.isFinite(value)) throw new SyntaxError('a number is too large')
    isPlain = false
    return raw.rawJSON(source)
  }
  const exact: unknown = JSON.parse(text, keep as Reviver)
  if (members !== written.members) throw new SyntaxError('an object has the same member twice')
  return { value: isPlain ? exact : JSON.parse(text), exact }
}
