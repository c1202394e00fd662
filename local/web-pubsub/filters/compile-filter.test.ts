import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFilter } from './compile-filter.ts'
import type { FilterSubject } from './term.ts'

const subject: FilterSubject = {
  userId: "vic's",
  connectionId: 'c-1',
  groups: new Set(['task.1', 'inbox.a']),
  protocol: 'json.webpubsub.azure.v1',
}

describe('compileFilter', () => {
  test.each([
    ["userId eq 'vic''s'", true],
    ["userId ne 'vic''s'", false],
    ['userId eq null', false],
    ['userId ne null', true],
    ["'task.1' in groups", true],
    ["'task.2' in groups", false],
    ["userId in ('a', 'vic''s')", true],
    ["connectionId in ('a','b')", false],
    ['length(userId) gt 4', true],
    ['length(userId) ge 6', false],
    ['length(userId) lt 5', false],
    ['length(userId) le 5', true],
    ["startswith(userId, 'vic') and endswith(connectionId,'1')", true],
    ["contains(tolower(toupper(userId)), 'c''')", true],
    ["indexof(connectionId, '-') eq 1", true],
    ["indexof(connectionId, 'z') eq -1", true],
    ["substring(connectionId, 2) eq '1'", true],
    ["substring(connectionId, 0, 1) eq 'c'", true],
    ["concat(connectionId, 'x') eq 'c-1x'", true],
    ["trim('  a ') eq 'a'", true],
    ["not contains(userId, 'x') and true", true],
    ['not (userId eq null)', true],
    ['true or false and false', true],
    ['(true or false) and false', false],
    ["protocol eq 'json.webpubsub.azure.v1'", true],
  ])('%s is %s', (filter, expected) => {
    expect(compileFilter(filter)(subject)).toBe(expected)
  })

  test('an anonymous connection has the user id null, and no part of it', () => {
    const anonymous = { ...subject, userId: null }
    expect(compileFilter('userId eq null')(anonymous)).toBe(true)
    expect(compileFilter("contains(userId, 'a')")(anonymous)).toBe(false)
    expect(compileFilter('length(userId) ge 0')(anonymous)).toBe(false)
  })

  test.each([
    ['', 'the end'],
    ['userId', 'not a condition'],
    ["userId gt 'a'", 'integers only'],
    ["userId eq 'a", 'unclosed string'],
    ["userId eq 'a' or", 'the end'],
    ["userId eq 'a' 'b'", 'was not expected'],
    ["userid eq 'a'", 'not a property'],
    ['userId and true', 'needs a condition'],
    ['not userId', 'needs a condition'],
    ['userId eq 5', 'cannot compare'],
    ['nosuch(userId)', 'no function'],
    ['contains(userId)', 'takes (string, string)'],
    ['length(5) eq 1', 'takes (string)'],
    ['5 in groups', 'needs a string'],
    ['userId in (1, 2)', 'needs values'],
    ["(userId eq 'a'", "')' was expected"],
    ['userId eq 1 # 2', 'Unexpected character'],
    ['constructor(userId)', 'no function'],
  ])('%s is refused: %s', (filter, reason) => {
    expect(() => compileFilter(filter)).toThrow(reason)
  })

  type Sample = { text: string; value: boolean }

  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

  const text = fc.string({ maxLength: 6 })
  const leaf: fc.Arbitrary<Sample> = fc.oneof(
    fc.boolean().map((value) => ({ text: String(value), value })),
    fc.tuple(text, text).map(([a, b]) => ({ text: `${quote(a)} eq ${quote(b)}`, value: a === b })),
    fc
      .tuple(text, text)
      .map(([a, b]) => ({ text: `contains(${quote(a)},${quote(b)})`, value: a.includes(b) })),
    fc
      .tuple(fc.integer(), text)
      .map(([n, a]) => ({ text: `length(${quote(a)}) lt ${n}`, value: a.length < n })),
    fc.constantFrom('task.1', 'task.9').map((group) => ({
      text: `'${group}' in groups`,
      value: subject.groups.has(group),
    })),
  )

  const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
    sample: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      tie('sample').map(({ text, value }) => ({ text: `not (${text})`, value: !value })),
      fc.tuple(tie('sample'), tie('sample')).map(([a, b]) => ({
        text: `(${a.text}) and (${b.text})`,
        value: a.value && b.value,
      })),
      fc.tuple(tie('sample'), tie('sample')).map(([a, b]) => ({
        text: `(${a.text}) or (${b.text})`,
        value: a.value || b.value,
      })),
    ),
  }))

  test('any filter that is written from an expression has the value of the expression', () => {
    fc.assert(fc.property(sample, ({ text, value }) => compileFilter(text)(subject) === value))
  })

  test('"and" binds tighter than "or", whatever the operands', () => {
    fc.assert(
      fc.property(leaf, leaf, leaf, (a, b, c) => {
        const filter = compileFilter(`${a.text} or ${b.text} and ${c.text}`)
        return filter(subject) === (a.value || (b.value && c.value))
      }),
    )
  })

  test('any text either compiles or is refused with a reason', () => {
    fc.assert(
      fc.property(fc.string(), (filter) => {
        try {
          return typeof compileFilter(filter)(subject) === 'boolean'
        } catch (error) {
          return error instanceof Error && error.name === 'FilterError'
        }
      }),
    )
  })
})
