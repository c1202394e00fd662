const MAX_DEPTH = 64

/** The index of the quote that ends the string which begins at `start`, or of the end of the text. */
const endOfString = (text: string, start: number): number => {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let first = quote
    while (text[first - 1] === '\\') first--
    // An even number of backslashes are escaped themselves.
    if ((quote - first) % 2 === 0) return quote
  }
  return text.length
}

/** How many members the objects of a text have as it is written, and how deep it goes. The text may be no JSON at all. */
const measure = (text: string): { members: number; depth: number } => {
  let members = 0
  let depth = 0
  let open = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '"') index = endOfString(text, index)
    else if (character === ':') members++
    else if (character === '{' || character === '[') depth = Math.max(depth, ++open)
    else if (character === '}' || character === ']') open--
  }
  return { members, depth }
}

/** The error of JSON.parse tells a piece of the text, which may be private: only where it breaks is kept. */
const parsePlain = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const [position = 'somewhere'] = /\bat position \d+/.exec(String(error)) ?? []
    throw new SyntaxError(`it breaks off or goes wrong ${position}`)
  }
}

const checkText = (text: string): void => {
  if (!text.isWellFormed()) throw new SyntaxError('a text has half of a surrogate pair')
}

/** How many members the objects of a value have. @throws SyntaxError for what other parsers read otherwise. */
const countMembers = (value: unknown): number => {
  if (typeof value === 'string') checkText(value)
  if (typeof value === 'number' && !Number.isFinite(value)) throw new SyntaxError('a number is too large')
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countMembers(item), 0)
  const members = Object.entries(value)
  return members.reduce((sum, [key, member]) => {
    checkText(key)
    return sum + countMembers(member)
  }, members.length)
}

/**
 * Parses JSON that reads the same in every parser (I-JSON, RFC 7493): no member twice, no half character, no number that
 * is none; and not deeper than 64 levels.
 * @throws SyntaxError, its message a clause that says what is wrong.
 */
export const parseExactJson = (text: string): unknown => {
  const written = measure(text)
  if (written.depth > MAX_DEPTH) throw new SyntaxError(`it goes deeper than ${MAX_DEPTH} levels`)
  const value = parsePlain(text)
  if (countMembers(value) !== written.members) throw new SyntaxError('an object has the same member twice')
  return value
}
