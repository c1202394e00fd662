import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { like } from './like.ts'

describe('like', () => {
  test.each([
    ['ABC', 'ABC', true],
    ['ABC', 'abc', false],
    ['ABC', 'A%', true],
    ['ABC', '%C', true],
    ['ABC', '%B%', true],
    ['ABC', 'A_C', true],
    ['ABC', 'A_', false],
    ['', '%', true],
    ['', '_', false],
    ['a\nb', 'a%b', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['😀', '_', true],
  ])('%s LIKE %s is %s', (text, pattern, matches) => {
    expect(like(text, pattern)).toBe(matches)
  })

  test('takes the character behind the escape character as it is', () => {
    expect(like('ABC%', 'ABC\\%', '\\')).toBe(true)
    expect(like('ABCD', 'ABC\\%', '\\')).toBe(false)
    expect(like('a!b', 'a!!b', '!')).toBe(true)
    expect(() => like('a', 'a!', '!')).toThrow('nothing follows the escape character')
  })

  test('agrees with a regular expression', () => {
    const letters = fc.constantFrom('a', 'b', '%', '_')
    const pattern = fc.array(letters, { maxLength: 8 }).map((parts) => parts.join(''))
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, pattern, (subject, wanted) => {
        const expression = new RegExp(`^${wanted.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's')
        expect(like(subject, wanted)).toBe(expression.test(subject))
      }),
    )
  })

  test('stays fast on a pattern that makes backtracking explode', () => {
    const steps = like('a'.repeat(20_000), `${'%a'.repeat(200)}%b`)
    expect(steps).toBe(false)
  })
})
