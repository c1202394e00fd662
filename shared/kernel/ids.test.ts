import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeKey, hashText, streamGroup } from './ids.ts'

const Id = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary-ascii', maxLength: 128 }),
  fc.stringMatching(/^[a-z%/.*~'()!0-9 ]{0,12}$/),
)

test('a key has only characters that a table key and a group name may have', () => {
  fc.assert(
    fc.property(Id, (id) => {
      expect(encodeKey(id)).toMatch(/^[A-Za-z0-9\-_.%~]*$/)
    }),
  )
})

test('a key is never longer than 400 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 2000 }), (id) => {
      expect(encodeKey(id).length).toBeLessThanOrEqual(400)
    }),
  )
  expect(encodeKey('x'.repeat(400))).toBe('x'.repeat(400))
  expect(encodeKey('x'.repeat(401)).length).toBeLessThan(100)
})

test('different ids have different keys', () => {
  fc.assert(
    fc.property(Id, Id, (one, other) => {
      expect(encodeKey(one) === encodeKey(other)).toBe(one === other)
    }),
  )
  const long = '€'.repeat(128)
  expect(encodeKey(long)).not.toBe(encodeKey(`${long.slice(0, -1)}$`))
})

test('halves of surrogate pairs, and what looks like the key of a long id, are ids like any other', () => {
  const odd = ['\uD800', '\uD801', '\uDC00', '\uFFFD', '\uDC00\uD800', '\u{10000}', '%ED%A0%80']
  expect(new Set(odd.map(encodeKey)).size).toBe(odd.length)
  const long = 'x'.repeat(401)
  expect(encodeKey(encodeKey(long))).not.toBe(encodeKey(long))
})

test('a short id can be read from its key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (id) => {
      fc.pre(encodeURIComponent(id).length < 130)
      expect(decodeURIComponent(encodeKey(id))).toBe(id)
    }),
  )
})

test.each([
  ['1234567890123456789', '1234567890123456789'],
  ['a/b', 'a%2Fb'],
  ['*', '%2A'],
  ['50%25', '50%2525'],
  ["it's (ok)!", 'it%27s%20%28ok%29%21'],
  ['did:key:z6Mk', 'did%3Akey%3Az6Mk'],
  ['ü', '%C3%BC'],
])('%s becomes %s, and its group is named by it', (id, key) => {
  expect(encodeKey(id)).toBe(key)
  expect(streamGroup(id)).toBe(`task.${key}`)
})

test('a hash has 43 characters and is the one of SHA-256', () => {
  expect(hashText('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(hashText(text)).toMatch(/^[\w-]{43}$/)
    }),
  )
})
