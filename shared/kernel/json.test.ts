import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, parseJson } from './json.ts'

const through = (text: string): string => JSON.stringify(parseJson(text).value)

const Digits = fc.stringMatching(/^[1-9]\d{15,40}$/)

test('an integer of any length keeps its digits', () => {
  fc.assert(
    fc.property(Digits, fc.constantFrom('', '-'), (digits, sign) => {
      const text = `{"id":${sign}${digits},"list":[${sign}${digits}],"n":1}`
      expect(through(text)).toBe(text)
    }),
  )
})

test('a long number keeps its digits wherever it may stand, whatever stands around it', () => {
  const Space = fc.stringMatching(/^[ \n\r\t]{0,2}$/)
  const Long = fc.oneof(
    Digits,
    Digits.map((digits) => `-0.${digits}`),
    fc.constantFrom('1e400', '-2.5E-321'),
  )
  fc.assert(
    fc.property(Long, Space, fc.string(), (long, space, text) => {
      const written = `{"a"${space}:${space}${long}${space},"b":[${JSON.stringify(text)},${space}${long}]}`
      expect(through(written)).toBe(`{"a":${long},"b":[${JSON.stringify(text)},${long}]}`)
      expect(through(`${space}${long}`)).toBe(long)
    }),
  )
})

test('ids that have many digits are texts, and exact', () => {
  const ids = ['1b9d6bcd-e123-4b2d-9b5d-ab8d1234567890e12', '01JD3E400Z1234567890123456', '5e300']
  for (const id of ids) expect(parseJson(JSON.stringify({ id }))).toEqual({ value: { id }, exact: true })
})

test('a decimal with a long fraction keeps its digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999, max: 999 }), Digits, (whole, digits) => {
      const text = `[${whole}.${digits}]`
      expect(through(text)).toBe(text)
    }),
  )
})

test.each([
  ['1', true],
  ['9007199254740991', true],
  ['9007199254740993', false],
  ['1234567890123456789', false],
  ['0.1', true],
  ['0.1234567890123456789', false],
  ['"12345678901234567890"', true],
  ['{"a":[{"b":12345678901234567890}]}', false],
])('%s is exact: %s', (text, exact) => {
  expect(parseJson(text).exact).toBe(exact)
})

test.each([
  '123456789.123456789',
  '-1.234567890123456789',
  '1e400',
  '-1E+999',
  '1e-400',
  '0.99999999999999999',
  '9007199254740991.4',
  '1.5e300',
  '0.10000000000000001',
])('%s keeps its digits wherever the point stands', (text) => {
  expect(JSON.parse(through(`[${text}]`).replace(text, '"kept"'))).toEqual(['kept'])
})

test('ordinary JSON comes back as from JSON.parse', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      expect(through(text)).toBe(JSON.stringify(JSON.parse(text)))
    }),
  )
})

test('a kept number stays kept through copies of the object that holds it', () => {
  const { value } = parseJson('{"id":12345678901234567890}')
  expect(JSON.stringify({ ...(value as object), late: true })).toBe('{"id":12345678901234567890,"late":true}')
})

test.each(['', '{', '{"a":1,}', "{'a':1}", 'undefined', '12345678901234567890x'])(
  '%j is not JSON',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  },
)

const shuffled = (value: unknown, order: (keys: string[]) => string[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order))
  if (typeof value !== 'object' || value === null) return value
  const members = new Map(Object.entries(value))
  return Object.fromEntries(order([...members.keys()]).map((key) => [key, shuffled(members.get(key), order)]))
}

test('equal values have equal canonical texts, in whatever order their members came', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(shuffled(value, (keys) => keys.toReversed()))).toBe(canonicalJson(value))
      expect(canonicalJson(shuffled(value, (keys) => keys.toSorted()))).toBe(canonicalJson(value))
    }),
  )
})

test('a canonical text is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('different values have different canonical texts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const same = canonicalJson(one) === canonicalJson(other)
      expect(same).toBe(
        canonicalJson(JSON.parse(JSON.stringify(one))) === canonicalJson(JSON.parse(JSON.stringify(other))),
      )
      if (same) expect(JSON.parse(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(other)))
    }),
  )
})

test('kept digits tell canonical texts apart', () => {
  const canonical = (text: string): string => canonicalJson(parseJson(text).value)
  expect(canonical('{"b":1,"a":12345678901234567890}')).toBe('{"a":12345678901234567890,"b":1}')
  expect(canonical('[12345678901234567890]')).not.toBe(canonical('[12345678901234567891]'))
})

test('a member without a value is left out, as JSON does', () => {
  expect(canonicalJson({ b: undefined, a: [undefined] })).toBe('{"a":[null]}')
})
