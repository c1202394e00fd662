import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTagged, pythonText } from './python-text.ts'

const write = (json: string): string => pythonText(parseTagged(json))

test.each([
  [
    '{"b": 1.0, "a": [1e3, -0, 12345678901234567890, 0.10]}',
    '{"a":[1e3,-0,12345678901234567890,0.10],"b":1.0}',
  ],
  ['{"text": "Äpfel 🍏 \\u007f \\" \\\\ 1.0"}', '{"text":"\\u00c4pfel \\ud83c\\udf4f \\u007f \\" \\\\ 1.0"}'],
  ['{"n": "n1", "s": "s", "yes": true, "no": null}', '{"n":"n1","no":null,"s":"s","yes":true}'],
  ['{"ab": 1, "a": 2, "\\ud83c\\udf4f": 3, "\\uffff": 4}', '{"a":2,"ab":1,"\\uffff":4,"\\ud83c\\udf4f":3}'],
])('%s', (json, text) => {
  expect(write(json)).toBe(text)
})

test('what is written is the same value again', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value))
      expect(JSON.parse(write(JSON.stringify(value)))).toEqual(plain)
    }),
  )
})
