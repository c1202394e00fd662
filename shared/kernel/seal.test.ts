import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeal } from './seal.ts'

const seal = createSeal({ keys: () => ['first secret'] })

test('any text opens in the context it was sealed for', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, context) => {
      expect(seal.open(seal.seal(text, context), context)).toBe(text)
    }),
  )
})

test('it opens nowhere else, nor when a character was changed', () => {
  const sealed = seal.seal('token', 'agent:a')
  expect(() => seal.open(sealed, 'agent:b')).toThrow('cannot be opened')
  const last = sealed.endsWith('A') ? 'B' : 'A'
  expect(() => seal.open(sealed.slice(0, -2) + last + sealed.at(-1), 'agent:a')).toThrow('cannot be opened')
  expect(() => seal.open('token', 'agent:a')).toThrow('cannot be opened')
})

test('the same text is never sealed the same, and never shows', () => {
  expect(seal.seal('token', 'c')).not.toBe(seal.seal('token', 'c'))
  expect(seal.seal('token', 'c')).not.toContain('token')
})

test('after a rotation the old key opens and the new one seals', () => {
  const old = seal.seal('token', 'c')
  const rotated = createSeal({ keys: () => ['second secret', 'first secret'] })
  expect(rotated.open(old, 'c')).toBe('token')
  expect(() => seal.open(rotated.seal('token', 'c'), 'c')).toThrow('AGENT_GATEWAY_SECRET_KEY_PREVIOUS')
})
