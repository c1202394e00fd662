import { MAX_INT64, MIN_INT64 } from '../limits.ts'
import { RuleSyntaxError } from '../rule.ts'
import { findSystemProperty } from '../system-properties.ts'
import {
  isPredicate,
  type ArithmeticOperator,
  type Expression,
  type Predicate,
  type Property,
} from './syntax.ts'
import type { TokenReader } from './token-reader.ts'

type Node = Expression | Predicate

/** What stands in parentheses: a whole predicate in a filter, an expression in an action. */
export type ParseNested = (reader: TokenReader) => Node

const SUMS: readonly ArithmeticOperator[] = ['+', '-']
const PRODUCTS: readonly ArithmeticOperator[] = ['*', '/', '%']

/** `[sys.|user.]name`, where names may be delimited by brackets or double quotes. */
export const parseProperty = (reader: TokenReader): Property => {
  const first = parseName(reader)
  const scope = first.toLowerCase()
  if ((scope !== 'sys' && scope !== 'user') || !reader.take('.')) return { kind: 'user', name: first }
  const { at } = reader.peek()
  const name = parseName(reader)
  if (scope === 'user') return { kind: 'user', name }
  const property = findSystemProperty(name)
  if (property === undefined) {
    throw new RuleSyntaxError(
      `Position ${at}: the system property '${name}' does not exist or is not allowed.`,
    )
  }
  return { kind: 'system', name: property }
}

const parseName = (reader: TokenReader): string => {
  const { kind } = reader.peek()
  return kind === 'word' || kind === 'identifier' ? reader.next().text : reader.fail('the name of a property')
}

const parseInteger = (reader: TokenReader, sign: '' | '-'): Expression => {
  const { text, at } = reader.next()
  const value = BigInt(sign + text)
  if (value < MIN_INT64 || value > MAX_INT64) {
    throw new RuleSyntaxError(`Position ${at}: ${sign}${text} does not fit a 64-bit integer.`)
  }
  return { kind: 'literal', value }
}

/** A word is a function if a parenthesis follows, else the beginning of a property. */
const parseWord = (reader: TokenReader, nested: ParseNested): Expression => {
  const property = parseProperty(reader)
  if (property.kind !== 'user' || !reader.take('(')) return property
  const name = property.name.toLowerCase()
  if (name === 'newid') {
    reader.expect(')')
    return { kind: 'newid' }
  }
  if (name !== 'property' && name !== 'p') {
    return reader.fail(`the function newid, property or p instead of '${property.name}' before`)
  }
  const argument = parseOperand(reader, nested)
  reader.expect(')')
  return { kind: 'lookup', name: argument }
}

const parseKeyword = (reader: TokenReader): Expression => {
  if (reader.take('TRUE')) return { kind: 'literal', value: true }
  if (reader.take('FALSE')) return { kind: 'literal', value: false }
  if (reader.take('NULL')) return { kind: 'literal', value: null }
  return reader.fail('a value')
}

const parsePrimary = (reader: TokenReader, nested: ParseNested): Node => {
  const { kind } = reader.peek()
  if (kind === 'integer') return parseInteger(reader, '')
  if (kind === 'decimal') return { kind: 'literal', value: Number(reader.next().text) }
  if (kind === 'string') return { kind: 'literal', value: reader.next().text }
  if (kind === 'parameter') return { kind: 'parameter', name: reader.next().text.slice(1) }
  if (kind === 'identifier') return parseProperty(reader)
  if (kind === 'word') return reader.nested(() => parseWord(reader, nested))
  if (kind === 'keyword') return parseKeyword(reader)
  if (!reader.take('(')) return reader.fail('a value')
  const node = reader.nested(() => nested(reader))
  reader.expect(')')
  return node
}

const parseSigned = (reader: TokenReader, nested: ParseNested): Node => {
  if (reader.take('-')) {
    // Together, because the smallest integer is one further from zero than the largest.
    if (reader.peek().kind === 'integer') return parseInteger(reader, '-')
    return {
      kind: 'sign',
      operator: '-',
      operand: reader.nested(() => value(reader, parseSigned(reader, nested))),
    }
  }
  if (reader.take('+')) {
    return {
      kind: 'sign',
      operator: '+',
      operand: reader.nested(() => value(reader, parseSigned(reader, nested))),
    }
  }
  return parsePrimary(reader, nested)
}

/** Left-associative operators of one rank. */
const parseChain = (
  reader: TokenReader,
  operators: readonly ArithmeticOperator[],
  parseNext: () => Node,
): Node => {
  let left = parseNext()
  for (;;) {
    const operator = operators.find((candidate) => reader.take(candidate))
    if (operator === undefined) return left
    left = { kind: 'arithmetic', operator, left: value(reader, left), right: value(reader, parseNext()) }
  }
}

const value = (reader: TokenReader, node: Node): Expression =>
  isPredicate(node)
    ? reader.fail('AND, OR or the end, because a condition has no value to compute with,')
    : node

/** A value, or a predicate if it is nothing but one in parentheses. */
export const parseTerm = (reader: TokenReader, nested: ParseNested): Node =>
  parseChain(reader, SUMS, () => parseChain(reader, PRODUCTS, () => parseSigned(reader, nested)))

/** A value. @throws RuleSyntaxError when there is none. */
export const parseOperand = (reader: TokenReader, nested: ParseNested): Expression =>
  value(reader, parseTerm(reader, nested))
