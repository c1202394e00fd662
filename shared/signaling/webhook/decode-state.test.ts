import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ConnectionState } from '../connection-state.ts'
import { decodeState } from './decode-state.ts'
import { encodeState } from './encode-state.ts'

const states: fc.Arbitrary<ConnectionState> = fc.record(
  {
    v: fc.constant(1 as const),
    nonce: fc.string({ unit: 'grapheme' }),
    did: fc.string(),
    generation: fc.nat(),
    key: fc.string(),
    ids: fc.string(),
    floor: fc.nat(),
    bucket: fc.tuple(fc.nat(), fc.nat()),
  },
  { requiredKeys: ['v'], noNullPrototype: true },
)

test('a state is read as it was written, and what is written fits into a header', () => {
  fc.assert(
    fc.property(states, (state) => {
      const text = encodeState(state)
      expect(text).toMatch(/^[\w-]+$/)
      expect(decodeState(text)).toEqual(state)
    }),
  )
})

const written = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test.each([
  ['missing', null],
  ['empty', ''],
  ['no base64', '{"v":1}'],
  ['no JSON', Buffer.from('{"v":1,').toString('base64url')],
  ['of another version', written({ v: 2, did: 'did:key:z6MkA' })],
  ['of wrong types', written({ v: 1, did: 7 })],
  ['no object', written([1])],
])('a state that is %s is none', (_name, text) => {
  expect(decodeState(text)).toEqual({ v: 1 })
})
