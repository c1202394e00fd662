import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RuleEvaluationError, type RuleMessage, type RuleValue } from '../rule.ts'
import { anyLiteral, anyPredicate, PROPERTY_NAMES } from './any-predicate.testsuite.ts'
import { evaluatePredicate, type Context, type Truth } from './evaluate.ts'
import { parseFilter } from './parse-filter.ts'
import type { Predicate } from './syntax.ts'

const message = (properties: Record<string, RuleValue>, system: RuleMessage['system'] = {}): RuleMessage => ({
  system,
  properties: new Map(Object.entries(properties)),
})

const contextOf = (subject: RuleMessage, parameters: Record<string, RuleValue> = {}): Context => ({
  message: subject,
  parameters: new Map(Object.entries(parameters)),
  newId: () => '00000000-0000-0000-0000-000000000001',
})

const evaluate = (
  expression: string,
  subject: RuleMessage,
  parameters: Record<string, RuleValue> = {},
): Truth => evaluatePredicate(parseFilter(expression), contextOf(subject, parameters))

const order = message(
  {
    color: 'red',
    Quantity: 5n,
    price: 2.5,
    rush: true,
    note: null,
    at: new Date(86_400_000),
    id: { guid: 'aa' },
  },
  { Label: 'big order', SequenceNumber: 7n },
)

describe('evaluatePredicate', () => {
  test.each([
    ["color = 'red'", true],
    ["COLOR = 'red'", true],
    ["color = 'Red'", false],
    ["user.color <> 'blue'", true],
    ["color != 'red'", false],
    ['quantity > 4 AND quantity >= 5 AND quantity < 5.5 AND quantity <= 5', true],
    ['quantity = 5.0', true],
    ['price * 2 = quantity', true],
    ['quantity / 2 = 2', true],
    ['quantity / 2.0 = 2.5', true],
    ['quantity % 3 = 2', true],
    ['-quantity = -5 AND +quantity = 5 AND - -quantity = 5', true],
    ['2 + 3 * 4 = 14 AND (2 + 3) * 4 = 20', true],
    ["color + '-' + quantity = 'red-5'", true],
    ['rush = TRUE', true],
    ['rush <> FALSE', true],
    ["sys.Label LIKE '%order'", true],
    ["sys.label NOT LIKE 'small%'", true],
    ['sys.SequenceNumber = 7', true],
    ["property('col' + 'or') = 'red' AND p('rush') = TRUE", true],
    ["color IN ('blue', 'red')", true],
    ["color NOT IN ('blue', 'green')", true],
    ['quantity IN (1, 5.0)', true],
    ["'5' = quantity", false],
    ["quantity <> '5'", true],
    ["color >= 'rec' AND color < 'ree'", true],
    ['EXISTS(color) AND EXISTS(note) AND EXISTS(sys.Label)', true],
    ['EXISTS(missing) OR EXISTS(sys.To)', false],
    ['note IS NULL AND missing IS NULL AND sys.To IS NULL', true],
    ['color IS NOT NULL AND NOT (note IS NOT NULL)', true],
    ['newid() = newid()', true],
    ["id = 'aa'", false],
  ])('%s is %s', (expression, truth) => {
    expect(evaluate(expression, order)).toBe(truth)
  })

  test.each([
    'missing = 1',
    'missing <> 1',
    'note = 1',
    'NULL = NULL',
    'missing + 1 = 1',
    '-missing < 1',
    "missing LIKE '%'",
    "missing NOT LIKE '%'",
    'color LIKE missing',
    "missing IN ('a')",
    "missing NOT IN ('a')",
    'color IN (NULL)',
    'NOT missing = 1',
    'missing = 1 AND rush = TRUE',
    'missing = 1 OR rush = FALSE',
    "property(missing) = 'a'",
  ])('%s is unknown', (expression) => {
    expect(evaluate(expression, order)).toBeNull()
  })

  test('decides AND by one false and OR by one true, whatever else is unknown', () => {
    expect(evaluate('missing = 1 AND rush = FALSE', order)).toBe(false)
    expect(evaluate('rush = FALSE AND missing = 1', order)).toBe(false)
    expect(evaluate('missing = 1 OR rush = TRUE', order)).toBe(true)
    expect(evaluate("color IN (NULL, 'red')", order)).toBe(true)
    expect(evaluate("color NOT IN (NULL, 'red')", order)).toBe(false)
  })

  test('subtracts timestamps into time spans and compares both with parameters', () => {
    const parameters = { from: new Date(0), span: { milliseconds: 86_400_000 } }
    expect(evaluate('at > @from AND at - @from = @span AND @from + @span = at', order, parameters)).toBe(true)
    expect(evaluate('at - @SPAN = @from', order, parameters)).toBe(true)
  })

  test.each([
    ['color < 5', '< cannot be applied to string and integer'],
    ['color * 2 = 4', '* cannot be applied to string and integer'],
    ['rush > FALSE', '> cannot be applied to boolean and boolean'],
    ['quantity / 0 = 1', 'Division by zero'],
    ['quantity % 0 = 1', 'Division by zero'],
    ['9223372036854775807 + 1 = 0', 'overflows'],
    ['-(-9223372036854775808) = 0', 'overflows'],
    ["quantity LIKE '5%'", 'LIKE takes strings'],
    ["color LIKE 'r%' ESCAPE 'ab'", 'length 1'],
    ['property(5) = 1', 'property() takes a string'],
    ['+color = 1', 'A sign cannot be applied to string'],
  ])('%s cannot be evaluated', (expression, reason) => {
    expect(() => evaluate(expression, order)).toThrow(RuleEvaluationError)
    expect(() => evaluate(expression, order)).toThrow(reason)
  })

  test('a filter that divides doubles by zero gets infinity, as in C#', () => {
    expect(evaluate('price / 0.0 > 1', order)).toBe(true)
  })
})

const anyMessage: fc.Arbitrary<RuleMessage> = fc.record({
  system: fc.record(
    { Label: fc.constantFrom('red', 'a_b'), SequenceNumber: fc.bigInt({ min: 1n, max: 3n }) },
    { requiredKeys: [] },
  ),
  properties: fc
    .dictionary(fc.constantFrom(...PROPERTY_NAMES), anyLiteral)
    .map((properties) => new Map(Object.entries(properties))),
})

/** What evaluating a predicate gives: a truth, or the word error. */
const outcome = (predicate: Predicate, subject: RuleMessage): Truth | 'error' => {
  try {
    return evaluatePredicate(predicate, contextOf(subject))
  } catch (error) {
    expect(error).toBeInstanceOf(RuleEvaluationError)
    return 'error'
  }
}

const KLEENE = { true: 1, null: 0.5, false: 0 }
const rank = (truth: Truth): number => KLEENE[`${truth}`]

describe('laws of the three-valued logic', () => {
  test('AND is the minimum, OR the maximum, NOT the complement of the sides', () => {
    fc.assert(
      fc.property(anyPredicate, anyPredicate, anyMessage, (left, right, subject) => {
        const sides = [outcome(left, subject), outcome(right, subject)]
        fc.pre(!sides.includes('error'))
        const [first = 0, second = 0] = sides.map((truth) => rank(truth === 'error' ? null : truth))
        const truthOf = (predicate: Predicate): number => {
          const truth = outcome(predicate, subject)
          return truth === 'error' ? NaN : rank(truth)
        }
        expect(truthOf({ kind: 'and', left, right })).toBe(Math.min(first, second))
        expect(truthOf({ kind: 'or', left, right })).toBe(Math.max(first, second))
        expect(truthOf({ kind: 'not', operand: left })).toBe(1 - first)
      }),
    )
  })

  test('negated forms are the negation of their plain forms', () => {
    fc.assert(
      fc.property(anyPredicate, anyMessage, (predicate, subject) => {
        fc.pre('negated' in predicate)
        const plain = { ...predicate, negated: false }
        const negated = { ...predicate, negated: true }
        expect(outcome(negated, subject)).toBe(outcome({ kind: 'not', operand: plain }, subject))
      }),
    )
  })

  test('IN is a chain of equalities joined by OR', () => {
    fc.assert(
      fc.property(anyPredicate, anyMessage, (predicate, subject) => {
        fc.pre(predicate.kind === 'in' && !predicate.negated)
        if (predicate.kind !== 'in') return
        const chain = predicate.items
          .map((right): Predicate => ({ kind: 'comparison', operator: '=', left: predicate.value, right }))
          .reduce((left, right) => ({ kind: 'or', left, right }))
        // The chain stops at its first true side, so it may pass over an error in a later item.
        const expected = outcome(predicate, subject)
        if (expected !== 'error') expect(outcome(chain, subject)).toBe(expected)
      }),
    )
  })
})
