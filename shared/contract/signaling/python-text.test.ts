import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTagged, pythonText } from './python-text.ts'

const written = (text: string): string => pythonText(parseTagged(text))

// Each as Python 3 writes it: json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")).
test.each([
  ['{"b": [1, 2.50, null], "a": {"d": true, "c": ""}}', '{"a":{"c":"","d":true},"b":[1,2.50,null]}'],
  ['["\u007f\u2028é😀"]', String.raw`["\u007f\u2028\u00e9\ud83d\ude00"]`],
  [String.raw`["\u0000\u001f\b\f\n\r\t\"\\\/"]`, String.raw`["\u0000\u001f\b\f\n\r\t\"\\/"]`],
  ['{"😀":2,"\uffff":1,"a":0,"":3,"aa":4}', String.raw`{"":3,"a":0,"aa":4,"\uffff":1,"\ud83d\ude00":2}`],
  ['{"a": 1.0, "b": 1e-07, "c": -0.0}', '{"a":1.0,"b":1e-07,"c":-0.0}'],
  ['{"n": "n1", "s": "s", "1": "\\" 2 \\\\", "3": 3}', String.raw`{"1":"\" 2 \\","3":3,"n":"n1","s":"s"}`],
  ['{"__proto__": {"n": 1.0}}', '{"__proto__":{"n":1.0}}'],
])('%s is written as Python does', (text, expected) => {
  expect(written(text)).toBe(expected)
})

test.each([['1.0'], ['1e2'], ['-0'], ['1E+2'], ['12345678901234567890'], ['0.10'], ['1e-07']])(
  'the number %s keeps its text',
  (text) => {
    expect(written(`[${text}]`)).toBe(`[${text}]`)
  },
)

test('a text of a megabyte, with escapes, is no trouble', () => {
  const text = JSON.stringify(['x"\\'.repeat(333_333)])
  expect(written(text)).toBe(text)
})

test('the text is ASCII, does not depend on the order of members, and says the same', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })),
      (members) => {
        const turned = Object.fromEntries(Object.entries(members).toReversed())
        const text = written(JSON.stringify(members))
        expect(text).toBe(written(JSON.stringify(turned)))
        expect(text).toMatch(/^[ -~]*$/)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(members)))
      },
    ),
  )
})
