import { FilterError } from './filter-error.ts'

export type Token = { kind: 'name' | 'string' | 'int' | 'mark' | 'end'; text: string; at: number }

const PATTERN = /\s*(?:(?<string>'(?:[^']|'')*')|(?<int>-?\d+)|(?<name>[A-Za-z_]\w*)|(?<mark>[(),]))/y

const read = (match: RegExpExecArray): Pick<Token, 'kind' | 'text'> => {
  const { string, int, name, mark } = match.groups ?? {}
  if (string !== undefined) return { kind: 'string', text: string.slice(1, -1).replaceAll("''", "'") }
  if (int !== undefined) return { kind: 'int', text: int }
  return name === undefined ? { kind: 'mark', text: mark ?? '' } : { kind: 'name', text: name }
}

/**
 * Cuts a filter into its words; `''` in a string is a quote. The last token is `end`.
 * @throws FilterError at a character that belongs to none.
 */
export const tokenize = (filter: string): Token[] => {
  const tokens: Token[] = []
  const pattern = new RegExp(PATTERN)
  const length = filter.trimEnd().length
  let at = 0
  while (at < length) {
    pattern.lastIndex = at
    const match = pattern.exec(filter)
    if (match === null) throw new FilterError('Unexpected character or unclosed string', at)
    tokens.push({ ...read(match), at })
    at = pattern.lastIndex
  }
  tokens.push({ kind: 'end', text: 'the end', at: length })
  return tokens
}
