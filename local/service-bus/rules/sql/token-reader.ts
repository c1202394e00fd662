import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH } from '../limits.ts'
import { RuleSyntaxError } from '../rule.ts'
import { tokenize, type Token } from './tokenize.ts'

/** Walks over the tokens of one expression. */
export type TokenReader = {
  peek(): Token
  next(): Token
  /** Takes the next token if it is this symbol or keyword. */
  take(text: string): boolean
  /** Takes this symbol or keyword. @throws RuleSyntaxError if something else follows. */
  expect(text: string): void
  /** @throws RuleSyntaxError "expected ..., found ..." at the next token. */
  fail(expected: string): never
  /** Runs `parse` one level deeper. @throws RuleSyntaxError beyond MAX_EXPRESSION_DEPTH. */
  nested<Node>(parse: () => Node): Node
}

/** @throws RuleSyntaxError when the expression is too long or has something that is no token. */
export const readTokens = (expression: string): TokenReader => {
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw new RuleSyntaxError(
      `The expression has ${expression.length} characters; at most ${MAX_EXPRESSION_LENGTH} are allowed.`,
    )
  }
  const tokens = tokenize(expression)
  let index = 0
  let depth = 0
  const peek = (): Token => tokens[index] ?? { kind: 'end', text: '', at: expression.length + 1 }
  const fail = (expected: string): never => {
    const { kind, text, at } = peek()
    throw new RuleSyntaxError(
      `Position ${at}: expected ${expected}, found ${kind === 'end' ? 'the end of the expression' : text}.`,
    )
  }
  const take = (text: string): boolean => {
    const { kind, text: found } = peek()
    if ((kind !== 'symbol' && kind !== 'keyword') || found !== text) return false
    index += 1
    return true
  }
  return {
    peek,
    next: () => {
      const token = peek()
      index += 1
      return token
    },
    take,
    expect: (text) => {
      if (!take(text)) fail(text)
    },
    fail,
    nested: (parse) => {
      depth += 1
      if (depth > MAX_EXPRESSION_DEPTH) {
        throw new RuleSyntaxError(
          `Position ${peek().at}: nested deeper than ${MAX_EXPRESSION_DEPTH} levels; write it flatter or as two rules.`,
        )
      }
      const node = parse()
      depth -= 1
      return node
    },
  }
}
