import { MAX_INT64, MIN_INT64 } from '../limits.ts'
import { RuleEvaluationError } from '../rule.ts'
import { isNumeric, isTimeSpan, kindOf, textOf, type KnownValue } from '../values.ts'
import type { ArithmeticOperator } from './syntax.ts'

const integers: Record<ArithmeticOperator, (left: bigint, right: bigint) => bigint> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
}

const doubles: Record<ArithmeticOperator, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
}

const computeIntegers = (operator: ArithmeticOperator, left: bigint, right: bigint): bigint => {
  if (right === 0n && (operator === '/' || operator === '%'))
    throw new RuleEvaluationError('Division by zero.')
  const result = integers[operator](left, right)
  if (result < MIN_INT64 || result > MAX_INT64)
    throw new RuleEvaluationError(`${left} ${operator} ${right} overflows.`)
  return result
}

/** A timestamp as milliseconds; refuses what no timestamp can be. */
const dateAt = (ms: number): Date => {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime()))
    throw new RuleEvaluationError('The result is outside the range of timestamps.')
  return date
}

/** The operators on points in time that C# has; undefined for all others. */
const computeTime = (
  operator: ArithmeticOperator,
  left: KnownValue,
  right: KnownValue,
): KnownValue | undefined => {
  const sign = operator === '+' ? 1 : -1
  if (operator !== '+' && operator !== '-') return undefined
  if (left instanceof Date && isTimeSpan(right)) return dateAt(left.getTime() + sign * right.milliseconds)
  if (isTimeSpan(left) && isTimeSpan(right))
    return { milliseconds: left.milliseconds + sign * right.milliseconds }
  if (left instanceof Date && right instanceof Date && operator === '-') {
    return { milliseconds: left.getTime() - right.getTime() }
  }
  return undefined
}

/**
 * The arithmetic of C#, which the documentation names as the model: integers stay integers (5 / 2 is 2), an integer
 * meeting a double becomes one, `+` with a string joins texts, timestamps and time spans add and subtract.
 * @throws RuleEvaluationError for operands without such an operator, division by zero and overflow.
 */
export const compute = (operator: ArithmeticOperator, left: KnownValue, right: KnownValue): KnownValue => {
  if (typeof left === 'bigint' && typeof right === 'bigint') return computeIntegers(operator, left, right)
  if (isNumeric(left) && isNumeric(right)) return doubles[operator](Number(left), Number(right))
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string'))
    return textOf(left) + textOf(right)
  const time = computeTime(operator, left, right)
  if (time !== undefined) return time
  throw new RuleEvaluationError(`${operator} cannot be applied to ${kindOf(left)} and ${kindOf(right)}.`)
}

/** `-value`. @throws RuleEvaluationError when it is no number or time span. */
export const negate = (value: KnownValue): KnownValue => {
  if (typeof value === 'bigint') return computeIntegers('-', 0n, value)
  if (typeof value === 'number') return -value
  if (isTimeSpan(value)) return { milliseconds: -value.milliseconds }
  throw new RuleEvaluationError(`A sign cannot be applied to ${kindOf(value)}.`)
}
