import { RuleEvaluationError } from '../rule.ts'

/** A character that must be there, any one character, or any run of characters. */
type Part = string | typeof ONE | typeof MANY
const ONE = Symbol('_')
const MANY = Symbol('%')

const parsePattern = (pattern: string, escape: string | undefined): Part[] => {
  const parts: Part[] = []
  const characters = [...pattern]
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? ''
    if (character === escape) {
      index += 1
      const escaped = characters[index]
      if (escaped === undefined)
        throw new RuleEvaluationError(`LIKE: nothing follows the escape character in ${pattern}`)
      parts.push(escaped)
    } else if (character === '%') parts.push(MANY)
    else parts.push(character === '_' ? ONE : character)
  }
  return parts
}

/**
 * SQL's LIKE with the wildcards `%` and `_`, case-sensitive. Takes at most text times pattern steps: on a mismatch only
 * the last `%` can take one character more.
 */
export const like = (text: string, pattern: string, escape?: string): boolean => {
  const parts = parsePattern(pattern, escape)
  const characters = [...text]
  let part = 0
  let character = 0
  let retryPart = -1
  let retryCharacter = 0
  while (character < characters.length) {
    const wanted = parts[part]
    if (wanted === MANY) {
      part += 1
      retryPart = part
      retryCharacter = character
    } else if (wanted === ONE || wanted === characters[character]) {
      part += 1
      character += 1
    } else if (retryPart >= 0) {
      retryCharacter += 1
      part = retryPart
      character = retryCharacter
    } else return false
  }
  while (parts[part] === MANY) part += 1
  return part === parts.length
}
