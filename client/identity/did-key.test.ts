import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base58 } from '@scure/base'
import { decodeDidKey, encodeDidKey } from './did-key.ts'
import { didOf } from './did-of.ts'
import { generateKey } from './generate-key.ts'

const SEED = new Uint8Array(32).fill(7)
const PUBLIC = Uint8Array.from(
  Buffer.from('ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c', 'hex'),
)
const STANDARD = 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z'
const LEGACY = 'did:key:z6MkGmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB'

test('the DID of a seed is the standard did:key of its public key', async () => {
  expect(await didOf(SEED)).toBe(STANDARD)
  expect(encodeDidKey(PUBLIC)).toBe(STANDARD)
})

test('a key that was generated has a DID', async () => {
  const key = await generateKey()
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', key.publicKey))
  expect(await didOf(key)).toBe(encodeDidKey(publicKey))
  expect(key.privateKey.extractable).toBe(false)
})

test('a seed of another length, or a key of another kind, is refused', async () => {
  await expect(didOf(SEED.subarray(1))).rejects.toMatchObject({ code: 'invalid_key' })
  const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  await expect(didOf(other)).rejects.toMatchObject({ code: 'invalid_key' })
})

test('both forms of did:key give their key back, whatever it is', () => {
  expect(decodeDidKey(LEGACY)).toEqual(PUBLIC)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      expect(decodeDidKey(encodeDidKey(key))).toEqual(key)
      expect(decodeDidKey(`did:key:z6Mk${base58.encode(key)}`)).toEqual(key)
    }),
  )
})

test.each(['did:web:example.com', 'did:key:gateway', 'did:key:z6Mk0', 'did:key:z6Mk', `${STANDARD}1`])(
  '%s has no key of its own',
  (did) => {
    expect(decodeDidKey(did)).toBeUndefined()
  },
)
