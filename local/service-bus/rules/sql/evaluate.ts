import { RuleEvaluationError, type RuleMessage, type RuleValue } from '../rule.ts'
import { compare, isEqual, isNumeric, isTimeSpan, kindOf, type KnownValue } from '../values.ts'
import { compute, negate } from './arithmetic.ts'
import { like } from './like.ts'
import type { ComparisonOperator, Expression, Predicate, Property } from './syntax.ts'

export type Context = {
  message: RuleMessage
  /** By lower-case name without `@`. */
  parameters: ReadonlyMap<string, RuleValue>
  /** A new UUID in lower case. */
  newId: () => string
}

/** Three-valued logic: null is unknown. */
export type Truth = boolean | null

/** The name a message has an application property under: names ignore case. */
export const findProperty = (message: RuleMessage, name: string): string | undefined => {
  if (message.properties.has(name)) return name
  const wanted = name.toLowerCase()
  for (const key of message.properties.keys()) if (key.toLowerCase() === wanted) return key
  return undefined
}

const readUser = (message: RuleMessage, name: string): RuleValue => {
  const found = findProperty(message, name)
  return found === undefined ? null : (message.properties.get(found) ?? null)
}

const readProperty = (property: Property, message: RuleMessage): RuleValue =>
  property.kind === 'system' ? (message.system[property.name] ?? null) : readUser(message, property.name)

const lookUp = (name: RuleValue, message: RuleMessage): RuleValue => {
  if (name === null) return null
  if (typeof name !== 'string')
    throw new RuleEvaluationError(`property() takes a string, not ${kindOf(name)}.`)
  return readUser(message, name)
}

const sign = (operator: '+' | '-', value: RuleValue): RuleValue => {
  if (value === null) return null
  if (operator === '-') return negate(value)
  if (isNumeric(value) || isTimeSpan(value)) return value
  throw new RuleEvaluationError(`A sign cannot be applied to ${kindOf(value)}.`)
}

/** The value of an expression; null when it is NULL or unknown. @throws RuleEvaluationError */
export const evaluateExpression = (node: Expression, context: Context): RuleValue => {
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'system':
    case 'user':
      return readProperty(node, context.message)
    case 'parameter':
      return context.parameters.get(node.name.toLowerCase()) ?? null
    case 'newid':
      return { guid: context.newId() }
    case 'lookup':
      return lookUp(evaluateExpression(node.name, context), context.message)
    case 'sign':
      return sign(node.operator, evaluateExpression(node.operand, context))
    case 'arithmetic': {
      const left = evaluateExpression(node.left, context)
      const right = evaluateExpression(node.right, context)
      return left === null || right === null ? null : compute(node.operator, left, right)
    }
  }
}

const orders: Record<Exclude<ComparisonOperator, '=' | '<>'>, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

const compareKnown = (operator: ComparisonOperator, left: KnownValue, right: KnownValue): boolean => {
  if (operator === '=') return isEqual(left, right)
  if (operator === '<>') return !isEqual(left, right)
  const order = compare(left, right)
  if (order === undefined) {
    throw new RuleEvaluationError(`${operator} cannot be applied to ${kindOf(left)} and ${kindOf(right)}.`)
  }
  return orders[operator](order)
}

const not = (truth: Truth): Truth => (truth === null ? null : !truth)

/** True if the value is among the items, else unknown if one of them is, else false. */
const isIn = (value: RuleValue, items: readonly RuleValue[]): Truth => {
  if (value === null) return null
  if (items.some((item) => item !== null && isEqual(value, item))) return true
  return items.includes(null) ? null : false
}

const matchLike = (node: Extract<Predicate, { kind: 'like' }>, context: Context): Truth => {
  const text = evaluateExpression(node.value, context)
  const pattern = evaluateExpression(node.pattern, context)
  const escape = node.escape === undefined ? undefined : evaluateExpression(node.escape, context)
  if (text === null || pattern === null || escape === null) return null
  if (typeof text !== 'string' || typeof pattern !== 'string') {
    throw new RuleEvaluationError(`LIKE takes strings, not ${kindOf(text)} and ${kindOf(pattern)}.`)
  }
  if (escape === undefined) return like(text, pattern)
  if (typeof escape !== 'string' || [...escape].length !== 1) {
    throw new RuleEvaluationError('The escape character of LIKE must be a string of length 1.')
  }
  return like(text, pattern, escape)
}

/** Whether a predicate holds; null when that is unknown. @throws RuleEvaluationError */
export const evaluatePredicate = (node: Predicate, context: Context): Truth => {
  switch (node.kind) {
    case 'comparison': {
      const left = evaluateExpression(node.left, context)
      const right = evaluateExpression(node.right, context)
      return left === null || right === null ? null : compareKnown(node.operator, left, right)
    }
    case 'is-null':
      return (evaluateExpression(node.property, context) === null) !== node.negated
    case 'in': {
      const items = node.items.map((item) => evaluateExpression(item, context))
      const truth = isIn(evaluateExpression(node.value, context), items)
      return node.negated ? not(truth) : truth
    }
    case 'like':
      return node.negated ? not(matchLike(node, context)) : matchLike(node, context)
    case 'exists':
      return node.property.kind === 'system'
        ? (context.message.system[node.property.name] ?? null) !== null
        : findProperty(context.message, node.property.name) !== undefined
    case 'not':
      return not(evaluatePredicate(node.operand, context))
    case 'and':
    case 'or':
      return evaluateJunction(node, context)
  }
}

/** AND is decided by one false, OR by one true; else unknown if a side is unknown. */
const evaluateJunction = (node: Extract<Predicate, { kind: 'and' | 'or' }>, context: Context): Truth => {
  const decisive = node.kind === 'or'
  const left = evaluatePredicate(node.left, context)
  if (left === decisive) return decisive
  const right = evaluatePredicate(node.right, context)
  if (right === decisive) return decisive
  return left === null || right === null ? null : !decisive
}
