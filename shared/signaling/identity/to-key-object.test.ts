import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { toKeyObject } from './to-key-object.ts'

test('a key verifies what its other half signed', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = toKeyObject(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
  const data = Buffer.from('data')
  expect(verify(null, data, key, sign(null, data, privateKey))).toBe(true)
})

// The eight points of small order and their encodings beyond the prime.
test.each([
  ['00'.repeat(32)],
  [`${'00'.repeat(31)}80`],
  [`01${'00'.repeat(31)}`],
  [`01${'00'.repeat(30)}80`],
  [`ec${'ff'.repeat(30)}7f`],
  [`ed${'ff'.repeat(30)}ff`],
  [`ee${'ff'.repeat(30)}7f`],
  ['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
  [''],
  ['01'.repeat(31)],
])('%s is no key', (hex) => {
  expect(() => toKeyObject(Buffer.from(hex, 'hex'))).toThrow(expect.objectContaining({ reason: 'wrong_key' }))
})
