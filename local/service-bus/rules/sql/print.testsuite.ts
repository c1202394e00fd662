import type { RuleValue } from '../rule.ts'
import type { Expression, Predicate } from './syntax.ts'

const printLiteral = (value: RuleValue): string => {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'number') return value.toExponential()
  return String(value)
}

const printName = (name: string): string => `[${name.replaceAll(']', ']]')}]`

/** An expression as text, with parentheses everywhere. */
export const printExpression = (node: Expression): string => {
  switch (node.kind) {
    case 'literal':
      return printLiteral(node.value)
    case 'system':
      return `sys.${node.name}`
    case 'user':
      return `user.${printName(node.name)}`
    case 'parameter':
      return `@${node.name}`
    case 'newid':
      return 'newid()'
    case 'lookup':
      return `property(${printExpression(node.name)})`
    case 'sign':
      return `${node.operator}(${printExpression(node.operand)})`
    case 'arithmetic':
      return `(${printExpression(node.left)} ${node.operator} ${printExpression(node.right)})`
  }
}

/** A predicate as text, with parentheses everywhere. */
export const printPredicate = (node: Predicate): string => {
  switch (node.kind) {
    case 'comparison':
      return `${printExpression(node.left)} ${node.operator} ${printExpression(node.right)}`
    case 'is-null':
      return `${printExpression(node.property)} IS ${node.negated ? 'NOT ' : ''}NULL`
    case 'in':
      return `${printExpression(node.value)} ${node.negated ? 'NOT ' : ''}IN (${node.items.map(printExpression).join(', ')})`
    case 'like': {
      const escape = node.escape === undefined ? '' : ` ESCAPE ${printExpression(node.escape)}`
      return `${printExpression(node.value)} ${node.negated ? 'NOT ' : ''}LIKE ${printExpression(node.pattern)}${escape}`
    }
    case 'exists':
      return `EXISTS(${printExpression(node.property)})`
    case 'not':
      return `NOT (${printPredicate(node.operand)})`
    case 'and':
    case 'or':
      return `(${printPredicate(node.left)}) ${node.kind} (${printPredicate(node.right)})`
  }
}
