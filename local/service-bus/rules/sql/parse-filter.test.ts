import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH } from '../limits.ts'
import { RuleSyntaxError } from '../rule.ts'
import { anyPredicate } from './any-predicate.testsuite.ts'
import { parseFilter } from './parse-filter.ts'
import { printPredicate } from './print.testsuite.ts'

describe('parseFilter', () => {
  test('binds NOT tighter than AND, and AND tighter than OR', () => {
    expect(parseFilter('a = 1 OR NOT b = 2 AND c = 3')).toEqual(
      parseFilter('a = 1 OR ((NOT (b = 2)) AND c = 3)'),
    )
  })

  test('binds products tighter than sums, from left to right', () => {
    expect(parseFilter('a - b - c * d % e = 0')).toEqual(parseFilter('((a - b) - ((c * d) % e)) = 0'))
  })

  test('takes keywords and scopes in any case', () => {
    expect(parseFilter("SYS.label like 'a%' And Exists(USER.x) oR y Is nOt nUll")).toEqual(
      parseFilter("sys.Label LIKE 'a%' AND EXISTS(user.x) OR y IS NOT NULL"),
    )
  })

  test('reads quoted and delimited identifiers with doubled closing quotes', () => {
    expect(parseFilter('[a]]b c] = "d""e"')).toMatchObject({
      left: { kind: 'user', name: 'a]b c' },
      right: { kind: 'user', name: 'd"e' },
    })
  })

  test('reads strings with doubled quotes, integers, decimals and scientific numbers', () => {
    expect(
      parseFilter("x IN ('it''s', 1894, -9223372036854775808, 2.0, 101.5E5, .5E-2, TRUE, NULL)"),
    ).toMatchObject({
      items: ["it's", 1894n, -9223372036854775808n, 2, 10150000, 0.005, true, null].map((value) => ({
        value,
      })),
    })
  })

  test('tells a parenthesised value from a parenthesised condition', () => {
    expect(parseFilter('(a + 1) * 2 = 4 AND ((b = 1))')).toMatchObject({
      left: { kind: 'comparison', left: { kind: 'arithmetic', operator: '*' } },
      right: { kind: 'comparison' },
    })
  })

  test('knows both names of a renamed system property', () => {
    expect(parseFilter("sys.Subject = 'a'")).toEqual(parseFilter("sys.[label] = 'a'"))
  })

  test.each([
    ['a', 'a comparison'],
    ['a = ', 'found the end of the expression'],
    ['a = 1 b', 'AND, OR or the end'],
    ['(a = 1', 'expected )'],
    ['(a = 1) = TRUE', 'AND, OR or the end'],
    ['(a = 1) + 1 = 2', 'a condition has no value'],
    ['a AND b = 1', 'a comparison'],
    ['NOT a', 'a comparison'],
    ['1 IS NULL', 'a property'],
    ['EXISTS(1)', 'the name of a property'],
    ['a IN ()', 'a value'],
    ['a NOT = 1', 'IN or LIKE'],
    ["a = 'open", 'nothing begins with'],
    ['a = 9223372036854775808', '64-bit'],
    ['sys.nothing = 1', "'nothing' does not exist or is not allowed"],
    ['now() = 1', 'newid, property or p'],
    ['AND = 1', 'a value'],
    ['user.AND = 1', 'the name of a property'],
    ['_a = 1', 'nothing begins with'],
    ['', 'the end of the expression'],
  ])('refuses %s', (expression, reason) => {
    expect(() => parseFilter(expression)).toThrow(RuleSyntaxError)
    expect(() => parseFilter(expression)).toThrow(reason)
  })

  test('says at which position it stopped', () => {
    expect(() => parseFilter('a = 1 AND ) = 2')).toThrow('Position 11: expected a value, found ).')
  })

  test('takes an expression of the longest length and refuses a longer one', () => {
    const longest = `a = '${'x'.repeat(MAX_EXPRESSION_LENGTH - 6)}'`
    expect(parseFilter(longest)).toMatchObject({ kind: 'comparison' })
    expect(() => parseFilter(`${longest} `)).toThrow('1025 characters')
  })

  test('refuses nesting that is too deep, and takes long flat chains', () => {
    const deep = (levels: number): string => `${'('.repeat(levels)}a = 1${')'.repeat(levels)}`
    expect(parseFilter(deep(MAX_EXPRESSION_DEPTH - 1))).toMatchObject({ kind: 'comparison' })
    expect(() => parseFilter(deep(MAX_EXPRESSION_DEPTH + 1))).toThrow('nested deeper')
    expect(() => parseFilter(`${'NOT '.repeat(200)}a = 1`)).toThrow('nested deeper')
    expect(() => parseFilter(`a = ${'- '.repeat(400)}1.5`)).toThrow('nested deeper')
    expect(parseFilter(Array.from({ length: 100 }, () => 'a = 1').join(' OR '))).toMatchObject({ kind: 'or' })
  })

  test('reads back what it printed', () => {
    fc.assert(
      fc.property(anyPredicate, (predicate) => {
        expect(parseFilter(printPredicate(predicate))).toEqual(predicate)
      }),
    )
  })

  test('either parses any text or refuses it as a syntax error', () => {
    const words = fc.constantFrom(
      'a',
      'sys.',
      'Label',
      '=',
      '(',
      ')',
      'NOT',
      'IN',
      "'s'",
      '1',
      '-',
      'IS',
      'NULL',
      '@p',
      ' ',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join(' ')),
        ),
        (text) => {
          try {
            parseFilter(text)
          } catch (error) {
            expect(error).toBeInstanceOf(RuleSyntaxError)
          }
        },
      ),
    )
  })
})
