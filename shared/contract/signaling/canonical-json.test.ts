import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

test('the example of RFC 8785 (3.2.2 and 3.2.4) is written as there', () => {
  const text = String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`
  const value: unknown = JSON.parse(text)
  expect(canonicalJson(value)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  )
})

test('members stand in the order of UTF-16 code units (3.2.3)', () => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
  expect(Object.values(JSON.parse(canonicalJson(value)))).toEqual([4, 2, 6, 7, 1, 5, 3])
})

test('the text does not depend on the order of members and says the same', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (members) => {
      const turned = Object.fromEntries(Object.entries(members).toReversed())
      expect(canonicalJson(turned)).toBe(canonicalJson(members))
      expect(JSON.parse(canonicalJson(members))).toEqual(JSON.parse(JSON.stringify(members)))
    }),
  )
})

test('a member that is undefined is left out', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
})

test.each([[Number.NaN], [Infinity], ['\ud800'], [{ '\udc00': 1 }], [undefined], [[() => 1]], [1n]])(
  '%o has no canonical text',
  (value) => {
    expect(() => canonicalJson([value])).toThrow(TypeError)
  },
)
