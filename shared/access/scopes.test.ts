import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillScope, grants } from './scopes.ts'

const part = fc.stringMatching(/^[a-z0-9_-]{1,8}$/)
const scope = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(':'))

test('"*" grants everything, and nothing grants nothing', () => {
  fc.assert(
    fc.property(scope, (needed) => {
      expect(grants(['*'], needed)).toBe(true)
      expect(grants([], needed)).toBe(false)
    }),
  )
})

test('a scope grants itself and everything below it, with ":*" at its end or without', () => {
  fc.assert(
    fc.property(scope, scope, (granted, below) => {
      for (const written of [granted, `${granted}:*`]) {
        expect(grants([written], granted)).toBe(true)
        expect(grants([written], `${granted}:*`)).toBe(true)
        expect(grants([written], `${granted}:${below}`)).toBe(true)
      }
    }),
  )
})

test('a scope never grants what is above or beside it', () => {
  fc.assert(
    fc.property(scope, part, part, (above, one, other) => {
      expect(grants([`${above}:${one}`], above)).toBe(false)
      expect(grants([`${above}:${one}`], `${above}:${other}`)).toBe(one === other)
      expect(grants([`${above}:${one}`], `${above}:${one}x`)).toBe(false)
    }),
  )
})

test('the scope of one agent invokes that agent alone', () => {
  expect(grants(['agents:invoke:a'], 'agents:invoke:a')).toBe(true)
  expect(grants(['agents:invoke:a'], 'agents:invoke:b')).toBe(false)
  expect(grants(['agents:read', 'agents:invoke'], 'agents:invoke:b')).toBe(true)
})

test('a parameter in a scope is one part, whatever it contains', () => {
  expect(fillScope('agents:invoke:{id}', { id: 'a/b' })).toBe('agents:invoke:a%2Fb')
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((id) => id.isWellFormed()),
      (id) => {
        const needed = fillScope('agents:invoke:{id}', { id })
        expect(needed.split(':')).toHaveLength(3)
        expect(grants(['agents:invoke:other-agent'], needed)).toBe(id === 'other-agent')
      },
    ),
  )
})

test('the name of a wildcard is no wildcard', () => {
  expect(grants(['agents:invoke:a'], fillScope('agents:invoke:{id}', { id: '*' }))).toBe(false)
  expect(fillScope('agents:invoke:{id}', { id: '*' })).toBe('agents:invoke:%2A')
})
