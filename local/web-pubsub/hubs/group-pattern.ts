import { PATTERN_MAX_STARS } from '../limits.ts'

type Token = { kind: 'literal'; character: string } | { kind: 'one' | 'segment' | 'any' }

/** A wildcard of a role: says whether a group name matches. */
export type GroupPattern = (group: string) => boolean

const tokenize = (pattern: string): Token[] => {
  const tokens: Token[] = []
  const characters = [...pattern]
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? ''
    if (character === '\\') {
      index += 1
      tokens.push({ kind: 'literal', character: characters[index] ?? '\\' })
    } else if (character === '?') tokens.push({ kind: 'one' })
    else if (character !== '*') tokens.push({ kind: 'literal', character })
    else if (characters[index + 1] === '*') {
      index += 1
      tokens.push({ kind: 'any' })
    } else tokens.push({ kind: 'segment' })
  }
  return tokens
}

const accepts = (token: Token, character: string): boolean => {
  if (token.kind === 'literal') return token.character === character
  return token.kind === 'any' || character !== '.'
}

const repeats = (token: Token | undefined): boolean => token?.kind === 'segment' || token?.kind === 'any'

/** The positions reachable from `positions` without reading a character: a repeating token may match nothing. */
const skipRepeats = (tokens: readonly Token[], positions: Set<number>): Set<number> => {
  for (const position of positions) if (repeats(tokens[position])) positions.add(position + 1)
  return positions
}

/**
 * Compiles the wildcard of a role: `?` is one character but '.', `*` any number of them, `**` any number of any
 * character, `\` escapes. Runs in length of pattern × length of name, whatever the pattern.
 * @returns undefined when the pattern has more stars than Azure allows.
 */
export const compileGroupPattern = (pattern: string): GroupPattern | undefined => {
  const tokens = tokenize(pattern)
  const stars = tokens.reduce((sum, { kind }) => sum + (kind === 'any' ? 2 : kind === 'segment' ? 1 : 0), 0)
  if (stars > PATTERN_MAX_STARS) return undefined
  return (group) => {
    let positions = skipRepeats(tokens, new Set([0]))
    for (const character of group) {
      const next = new Set<number>()
      for (const position of positions) {
        const token = tokens[position]
        if (token !== undefined && accepts(token, character))
          next.add(repeats(token) ? position : position + 1)
      }
      positions = skipRepeats(tokens, next)
    }
    return positions.has(tokens.length)
  }
}
