import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRequestIds } from './create-request-ids.ts'

const ULID = '01JD5Z8QK3V7Y2M4N6P8R0S2T4'
const idsOf = (secret: string) => createRequestIds({ secretKey: () => secret, createId: () => ULID })
const ids = idsOf('a secret of this deployment')
const did = 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z'

test('an id holds for the agent that it was issued for, in any process with the secret', () => {
  const id = ids.issue(did)
  expect(id).toMatch(/^[0-9A-Z]{26}\.[\w-]{22}$/)
  expect(idsOf('a secret of this deployment').isOf(did, id)).toBe(true)
})

test('an id holds for no other agent', () => {
  expect(ids.isOf('did:web:example.com', ids.issue(did))).toBe(false)
})

test('an id of another deployment does not hold', () => {
  expect(idsOf('another secret').isOf(did, ids.issue(did))).toBe(false)
})

test('an id that was changed does not hold', () => {
  const id = ids.issue(did)
  const changed = fc.tuple(fc.nat(id.length - 1), fc.constantFrom(...'0Aa.-_')).map(([at, character]) => {
    // The last character has two bits of the signature and four that mean nothing.
    const place = Math.min(at, id.length - 2)
    return id.slice(0, place) + character + id.slice(place + 1)
  })
  fc.assert(fc.property(changed, (other) => other === id || !ids.isOf(did, other)))
})

test('what is no id at all does not hold', () => {
  fc.assert(fc.property(fc.string(), (text) => !ids.isOf(did, text)))
  expect(ids.isOf(did, ULID)).toBe(false)
})
