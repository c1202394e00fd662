import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExactJson } from './parse-exact-json.ts'
import { pythonJson } from './python-json.ts'

const written = (text: string): string => pythonJson(parseExactJson(text).exact)

// Each as Python 3 writes it: json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")).
test.each([
  ['{"b": [1, 2.50, null], "a": {"d": true, "c": ""}}', '{"a":{"c":"","d":true},"b":[1,2.50,null]}'],
  ['["\u007f\u2028é😀"]', String.raw`["\u007f\u2028\u00e9\ud83d\ude00"]`],
  [String.raw`["\u0000\u001f\b\f\n\r\t\"\\\/"]`, String.raw`["\u0000\u001f\b\f\n\r\t\"\\/"]`],
  ['{"😀":2,"\uffff":1,"a":0,"":3,"aa":4}', String.raw`{"":3,"a":0,"aa":4,"\uffff":1,"\ud83d\ude00":2}`],
  ['{"a": 1.0, "b": 1e-07, "c": -0.0}', '{"a":1.0,"b":1e-07,"c":-0.0}'],
])('%s is written as Python does', (text, expected) => {
  expect(written(text)).toBe(expected)
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
