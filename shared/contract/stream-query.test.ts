import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FinalQuery, StreamQuery } from './stream-query.ts'

const ruleOf = (schema: typeof StreamQuery | typeof FinalQuery, query: Record<string, string>): string => {
  const [issue] = schema.safeParse(query).error?.issues ?? []
  return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`
}

test('without parameters a stream is read from its beginning, in snake_case, a full page at a time', () => {
  expect(StreamQuery.parse({})).toEqual({ from: 0, case: 'snake', limit: 100 })
  expect(FinalQuery.parse({})).toEqual({ wait: 30 })
})

test('every whole number within the bounds is taken', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 1_000_000_000_000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.nat({ max: 200 }),
      (from, limit, wait) => {
        expect(StreamQuery.parse({ from: String(from), limit: String(limit), case: 'camel' })).toEqual({
          from,
          limit,
          case: 'camel',
        })
        expect(FinalQuery.parse({ wait: String(wait) })).toEqual({ wait })
      },
    ),
  )
})

test.each(['-1', '1.5', '', ' ', 'x', '1e3', '0x10', '+1', '٣', '9'.repeat(16)])(
  'from=%j is refused with the rule',
  (from) => {
    expect(ruleOf(StreamQuery, { from })).toBe('from: must be a whole number, 0 or more')
  },
)

test.each(['0', '101', '-5', 'all'])('limit=%j is refused with the rule', (limit) => {
  expect(ruleOf(StreamQuery, { limit })).toBe('limit: must be 1 to 100')
})

test.each(['201', '-1', '30s', '1.5', ''])('wait=%j is refused with the rule', (wait) => {
  expect(ruleOf(FinalQuery, { wait })).toBe('wait: must be 0 to 200 seconds')
})

test.each(['Snake', 'kebab', ''])('case=%j is refused with the rule', (value) => {
  expect(ruleOf(StreamQuery, { case: value })).toBe('case: must be snake or camel')
})

test('a parameter that does not exist is named', () => {
  expect(ruleOf(StreamQuery, { form: '1' })).toContain('form')
  expect(ruleOf(FinalQuery, { from: '1' })).toContain('from')
})
