const SPACE = /\s/

/** The index after the string that begins at `start`. The text is valid JSON. */
const endOfString = (text: string, start: number): number => {
  // Found natively: a file in a message is one string of megabytes.
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let first = quote
    while (text[first - 1] === '\\') first--
    // An even number of backslashes are escaped themselves.
    if ((quote - first) % 2 === 0) return quote + 1
  }
}

/** The index after the value that begins at `start`. The text is valid JSON. */
const endOfValue = (text: string, start: number): number => {
  let depth = 0
  for (let index = start; index < text.length;) {
    const character = text[index]
    if (character === '"') {
      index = endOfString(text, index)
      if (depth === 0) return index
      continue
    }
    if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') {
      if (depth === 0) return index
      depth--
      if (depth === 0) return index + 1
    } else if (depth === 0 && (character === ',' || SPACE.test(character ?? ''))) return index
    index++
  }
  return text.length
}

/** The values between the brackets of an array or object, as they are written; of an object each with its key. */
function* valuesOf(text: string): Generator<{ key: string; value: string }> {
  const skip = (index: number): number => {
    let next = index
    while (SPACE.test(text[next] ?? '')) next++
    return next
  }
  const isObject = text[skip(0)] === '{'
  for (let index = skip(skip(0) + 1); text[index] !== '}' && text[index] !== ']';) {
    let key = ''
    if (isObject) {
      const end = endOfString(text, index)
      key = JSON.parse(text.slice(index, end))
      index = skip(skip(end) + 1)
    }
    const end = endOfValue(text, index)
    yield { key, value: text.slice(index, end) }
    index = skip(end)
    if (text[index] === ',') index = skip(index + 1)
  }
}

/**
 * The members of a JSON object, each value as the text it was written as; of a key that comes twice the last.
 * @throws SyntaxError when the text is not a JSON object.
 */
export const jsonMembers = (text: string): Map<string, string> => {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError('The text is JSON, but no object.')
  }
  return new Map([...valuesOf(text)].map((member) => [member.key, member.value]))
}

/** The elements of a JSON array, as they are written. @throws SyntaxError when the text is not a JSON array. */
export const jsonElements = (text: string): string[] => {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) throw new SyntaxError('The text is JSON, but no array.')
  return [...valuesOf(text)].map((element) => element.value)
}

/** An object of members whose values are JSON texts, which stay as they are; what is undefined is left out. */
export const jsonObject = (members: Iterable<readonly [string, string | undefined]>): string => {
  const written: string[] = []
  for (const [key, value] of members) if (value !== undefined) written.push(`${JSON.stringify(key)}:${value}`)
  return `{${written.join(',')}}`
}
