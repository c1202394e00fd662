import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileGroupPattern } from './group-pattern.ts'

const matches = (pattern: string, group: string): boolean | undefined => compileGroupPattern(pattern)?.(group)

describe('compileGroupPattern', () => {
  test.each([
    ['chat-*', 'chat-1', true],
    ['chat-*', 'chat.1', false],
    ['chat-*', 'xchat-1', false],
    ['clientA.*', 'clientA.alpha', true],
    ['clientA.*', 'clientA.alpha.room1', false],
    ['clientA.**', 'clientA.alpha.room1', true],
    ['clientA.**', 'clientB.any', false],
    ['clientA.rooms.?1', 'clientA.rooms.a1', true],
    ['clientA.rooms.?1', 'clientA.rooms.1', false],
    ['literal\\*star', 'literal*star', true],
    ['literal\\*star', 'literalXstar', false],
    ['inbox.*', 'inbox.', true],
    ['**', '', true],
    ['a?', 'a🙂', true],
  ])('%s on %s: %s', (pattern, group, expected) => {
    expect(matches(pattern, group)).toBe(expected)
  })

  test('more than five stars are not a pattern', () => {
    expect(compileGroupPattern('**a**b*')).toBeDefined()
    expect(compileGroupPattern('**a**b**')).toBeUndefined()
  })

  const expression = (pattern: string): RegExp => {
    const parts = pattern.match(/\*\*|./gsu) ?? []
    const source = parts.map((part) => {
      if (part === '**') return '[^]*'
      if (part === '*') return '[^.]*'
      return part === '?' ? '[^.]' : part.replace('.', '\\.')
    })
    return new RegExp(`^${source.join('')}$`, 'u')
  }

  test('it agrees with the regular expression of the same meaning', () => {
    const letters = (characters: string): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...characters), maxLength: 8 })
    fc.assert(
      fc.property(letters('ab.?*'), letters('ab.'), (pattern, group) => {
        const compiled = compileGroupPattern(pattern)
        return compiled === undefined || compiled(group) === expression(pattern).test(group)
      }),
      { numRuns: 1000 },
    )
  })
})
