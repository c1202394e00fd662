import { MAX_ACTION_STATEMENTS } from '../limits.ts'
import { RuleSyntaxError } from '../rule.ts'
import { isWritable } from '../system-properties.ts'
import { parseOperand, parseProperty } from './parse-expression.ts'
import type { Expression, Statement, Target } from './syntax.ts'
import { readTokens, type TokenReader } from './token-reader.ts'

const parseValue = (reader: TokenReader): Expression => parseOperand(reader, parseValue)

const parseTarget = (reader: TokenReader): Target => {
  const { at } = reader.peek()
  const property = parseProperty(reader)
  if (property.kind === 'user') return property
  const { name } = property
  if (isWritable(name)) return { kind: 'system', name }
  throw new RuleSyntaxError(`Position ${at}: the system property '${name}' is read-only.`)
}

const parseStatement = (reader: TokenReader): Statement => {
  if (reader.take('REMOVE')) return { kind: 'remove', property: parseTarget(reader) }
  if (!reader.take('SET')) return reader.fail('SET or REMOVE')
  const property = parseTarget(reader)
  reader.expect('=')
  return { kind: 'set', property, value: parseValue(reader) }
}

/**
 * Parses an action: `SET property = expression` and `REMOVE property`, separated by an optional `;` or `,`.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-messaging-sql-rule-action
 * @throws RuleSyntaxError that says at which position what was expected.
 */
export const parseAction = (expression: string): Statement[] => {
  const reader = readTokens(expression)
  const statements: Statement[] = []
  do {
    statements.push(parseStatement(reader))
    if (!reader.take(';')) reader.take(',')
  } while (reader.peek().kind !== 'end')
  if (statements.length > MAX_ACTION_STATEMENTS) {
    throw new RuleSyntaxError(
      `The action has ${statements.length} statements; at most ${MAX_ACTION_STATEMENTS} are allowed.`,
    )
  }
  return statements
}
