import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExactJson } from './parse-exact-json.ts'

test('every JSON value is parsed as JSON.parse does it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'medium' }), fc.nat(4), (value, space) => {
      const text = JSON.stringify(value, null, space)
      expect(parseExactJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test.each([
  ['{"a":1,"a":1}', 'twice'],
  ['{"a":1,"\\u0061":2}', 'twice'],
  ['[{"x":{"b":[],"c":":","b":{}}}]', 'twice'],
  ['{"__proto__":1,"__proto__":2}', 'twice'],
  ['{"a":"\\ud800"}', 'surrogate'],
  ['{"\\udc00":1}', 'surrogate'],
  ['{"a":1e999}', 'too large'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'deeper'],
  ['{"a":'.repeat(100_000), 'deeper'],
  ['{"a":"v=0 a=candidate secret" "b"}', 'position'],
  ['"', 'wrong'],
  ['{"a":"\\"', 'wrong'],
  ['', 'wrong'],
])('%.40s is refused', (text, why) => {
  expect(() => parseExactJson(text)).toThrow(SyntaxError)
  expect(() => parseExactJson(text)).toThrow(why)
  expect(() => parseExactJson(text)).not.toThrow('secret')
})

test('64 levels, equal keys in different objects, colons and quotes in texts are fine', () => {
  expect(() => parseExactJson(`${'['.repeat(64)}${']'.repeat(64)}`)).not.toThrow()
  expect(parseExactJson('[{"a":":\\":{"},{"a":"\\\\"}]')).toEqual([{ a: ':":{' }, { a: '\\' }])
})

test('a member named __proto__ is a member and nothing else', () => {
  const parsed = parseExactJson('{"__proto__":{"polluted":true}}')
  expect(Object.keys(parsed as object)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
})

test('whatever the text, it is parsed or a SyntaxError', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    '1',
    '"a"',
    '.',
    'e',
    '-',
    'null',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      try {
        parseExactJson(text)
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError)
        return
      }
      expect(() => JSON.parse(text)).not.toThrow()
    }),
    { numRuns: 500 },
  )
})
