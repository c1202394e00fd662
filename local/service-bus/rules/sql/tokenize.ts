import { RuleSyntaxError } from '../rule.ts'

export type Token = {
  kind: 'word' | 'keyword' | 'identifier' | 'string' | 'integer' | 'decimal' | 'parameter' | 'symbol' | 'end'
  /** A keyword in upper case, an identifier or string without its quotes, everything else as written. */
  text: string
  /** Position in the expression, counted from 1. */
  at: number
}

const KEYWORDS = new Set('AND OR NOT IN LIKE ESCAPE IS NULL EXISTS TRUE FALSE SET REMOVE'.split(' '))

/** In this order: a longer token before one that begins like it. */
const PATTERNS: ReadonlyArray<readonly [Token['kind'], RegExp]> = [
  ['decimal', /(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/uy],
  ['integer', /\d+/uy],
  ['word', /\p{L}[_\p{L}\p{Nd}]*/uy],
  ['parameter', /@[_\p{L}][_\p{L}\p{Nd}]*/uy],
  ['string', /'(?:[^']|'')*'/uy],
  ['identifier', /"(?:[^"]|"")+"|\[(?:[^\]]|\]\])+\]/uy],
  ['symbol', /<>|<=|>=|!=|[=<>+\-*/%(),.;]/uy],
]

const SPACE = /\s*/uy

/** What is between the quotes, with doubled closing quotes made single. */
const unquote = (text: string): string => {
  const close = text.at(-1) ?? ''
  return text.slice(1, -1).replaceAll(close + close, close)
}

const toToken = (kind: Token['kind'], text: string, at: number): Token => {
  if (kind === 'string' || kind === 'identifier') return { kind, text: unquote(text), at }
  const upper = text.toUpperCase()
  if (kind === 'word' && KEYWORDS.has(upper)) return { kind: 'keyword', text: upper, at }
  return { kind, text, at }
}

/** @throws RuleSyntaxError at a character that begins no token. */
export const tokenize = (expression: string): Token[] => {
  const tokens: Token[] = []
  let position = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position
    const found = pattern.exec(expression)?.[0]
    if (found !== undefined) position += found.length
    return found
  }
  for (;;) {
    match(SPACE)
    const at = position + 1
    if (position >= expression.length) return [...tokens, { kind: 'end', text: '', at }]
    const before = tokens.length
    for (const [kind, pattern] of PATTERNS) {
      const text = match(pattern)
      if (text === undefined) continue
      tokens.push(toToken(kind, text, at))
      break
    }
    if (tokens.length === before) {
      throw new RuleSyntaxError(
        `Position ${at}: nothing begins with ${expression.slice(position, position + 10)}`,
      )
    }
  }
}
