import * as fc from 'fast-check'
import type { Expression, Predicate, Property } from './syntax.ts'

/** Few names and values, so that generated filters and messages meet. */
export const PROPERTY_NAMES = ['color', 'Size', 'a b', "x]'"] as const

const property: fc.Arbitrary<Property> = fc.oneof(
  fc.record({ kind: fc.constant('user' as const), name: fc.constantFrom(...PROPERTY_NAMES) }),
  fc.record({
    kind: fc.constant('system' as const),
    name: fc.constantFrom('Label', 'MessageId', 'SequenceNumber'),
  }),
)

/** Values that a filter can write down. */
export const anyLiteral = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.bigInt({ min: -3n, max: 3n }),
  fc.double({ min: 0, max: 2, noNaN: true }).map((number) => Math.round(number * 4) / 4),
  fc.constantFrom('', 'red', 'Red', "it's", '%', 'a_b'),
)

const expressions = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('literal' as const), value: anyLiteral }),
    property,
    fc.record({ kind: fc.constant('lookup' as const), name: tie('expression') }),
    // A sign before a literal integer is read as part of it.
    fc.record({
      kind: fc.constant('sign' as const),
      operator: fc.constantFrom('+' as const, '-' as const),
      operand: property,
    }),
    fc.record({
      kind: fc.constant('arithmetic' as const),
      operator: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '%' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
  ),
})).expression

/** Predicates of every kind over few properties and values. */
export const anyPredicate = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('comparison' as const),
      operator: fc.constantFrom(
        '=' as const,
        '<>' as const,
        '<' as const,
        '<=' as const,
        '>' as const,
        '>=' as const,
      ),
      left: expressions,
      right: expressions,
    }),
    fc.record({ kind: fc.constant('is-null' as const), property, negated: fc.boolean() }),
    fc.record({
      kind: fc.constant('in' as const),
      value: expressions,
      items: fc.array(expressions, { minLength: 1, maxLength: 3 }),
      negated: fc.boolean(),
    }),
    fc.record(
      {
        kind: fc.constant('like' as const),
        value: expressions,
        pattern: expressions,
        escape: expressions,
        negated: fc.boolean(),
      },
      { requiredKeys: ['kind', 'value', 'pattern', 'negated'] },
    ),
    fc.record({ kind: fc.constant('exists' as const), property }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('predicate') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      left: tie('predicate'),
      right: tie('predicate'),
    }),
  ),
})).predicate
