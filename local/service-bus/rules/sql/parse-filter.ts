import { parseOperand, parseProperty, parseTerm } from './parse-expression.ts'
import { isPredicate, type ComparisonOperator, type Expression, type Predicate } from './syntax.ts'
import { readTokens, type TokenReader } from './token-reader.ts'

type Node = Expression | Predicate

const COMPARISONS: ReadonlyArray<readonly [string, ComparisonOperator]> = [
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<=', '<='],
  ['<', '<'],
  ['>=', '>='],
  ['>', '>'],
]

const parseList = (reader: TokenReader): Expression[] => {
  reader.expect('(')
  const items = [parseOperand(reader, parseOr)]
  while (reader.take(',')) items.push(parseOperand(reader, parseOr))
  reader.expect(')')
  return items
}

const parseIsNull = (reader: TokenReader, property: Expression): Predicate => {
  const negated = reader.take('NOT')
  reader.expect('NULL')
  if (property.kind === 'user' || property.kind === 'system' || property.kind === 'lookup') {
    return { kind: 'is-null', property, negated }
  }
  return reader.fail('a property, and nothing else, before IS [NOT] NULL instead of what stands there before')
}

const parseLike = (reader: TokenReader, start: Expression, negated: boolean): Predicate => {
  const pattern = parseOperand(reader, parseOr)
  const like = { kind: 'like', value: start, pattern, negated } as const
  return reader.take('ESCAPE') ? { ...like, escape: parseOperand(reader, parseOr) } : like
}

/** What may follow a value: a comparison, IS NULL, IN or LIKE. Undefined when none of them does. */
const parseRest = (reader: TokenReader, start: Expression): Predicate | undefined => {
  const comparison = COMPARISONS.find(([text]) => reader.take(text))
  if (comparison !== undefined) {
    return { kind: 'comparison', operator: comparison[1], left: start, right: parseOperand(reader, parseOr) }
  }
  if (reader.take('IS')) return parseIsNull(reader, start)
  const negated = reader.take('NOT')
  if (reader.take('IN')) return { kind: 'in', value: start, items: parseList(reader), negated }
  if (reader.take('LIKE')) return parseLike(reader, start, negated)
  return negated ? reader.fail('IN or LIKE') : undefined
}

const parseCondition = (reader: TokenReader): Node => {
  if (reader.take('EXISTS')) {
    reader.expect('(')
    const property = parseProperty(reader)
    reader.expect(')')
    return { kind: 'exists', property }
  }
  const start = parseTerm(reader, parseOr)
  // A value without a comparison may still be a parenthesised value, as in (a + 1) * 2 = 4: the caller decides.
  return isPredicate(start) ? start : (parseRest(reader, start) ?? start)
}

const parseNot = (reader: TokenReader): Node =>
  reader.take('NOT')
    ? { kind: 'not', operand: reader.nested(() => condition(reader, parseNot(reader))) }
    : parseCondition(reader)

const condition = (reader: TokenReader, node: Node): Predicate =>
  isPredicate(node) ? node : reader.fail('a comparison, IS NULL, IN or LIKE')

const parseAnd = (reader: TokenReader): Node => {
  let left = parseNot(reader)
  while (reader.take('AND')) {
    left = { kind: 'and', left: condition(reader, left), right: condition(reader, parseNot(reader)) }
  }
  return left
}

const parseOr = (reader: TokenReader): Node => {
  let left = parseAnd(reader)
  while (reader.take('OR')) {
    left = { kind: 'or', left: condition(reader, left), right: condition(reader, parseAnd(reader)) }
  }
  return left
}

/**
 * Parses a filter's expression: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-messaging-sql-filter.
 * NOT binds tighter than AND, AND tighter than OR.
 * @throws RuleSyntaxError that says at which position what was expected.
 */
export const parseFilter = (expression: string): Predicate => {
  const reader = readTokens(expression)
  const predicate = condition(reader, parseOr(reader))
  return reader.peek().kind === 'end' ? predicate : reader.fail('AND, OR or the end of the expression')
}
