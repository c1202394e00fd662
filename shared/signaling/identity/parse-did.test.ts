import { base58 } from '@scure/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Did } from '../../contract/signaling/message.ts'
import { SignalFailure } from '../signal-failure.ts'
import { encodeDidKey } from './encode-did-key.ts'
import { parseDid } from './parse-did.ts'

const keys = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  // The ends of the range, where the forms are nearest to each other.
  fc.constantFrom(new Uint8Array(32), new Uint8Array(32).fill(255)),
  fc.uint8Array({ minLength: 31, maxLength: 31 }).map((bytes) => Uint8Array.from([0, ...bytes])),
)
const plain = (bytes: Uint8Array): number[] => [...bytes]

test('the example of the did:key method is read', () => {
  const did = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
  const parsed = parseDid(did)
  expect(parsed).toMatchObject({ method: 'key', form: 'standard' })
  expect(parsed.method === 'key' && encodeDidKey(parsed.publicKey)).toBe(did)
})

test('each form gives its key back, and none is taken for the other', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const standard = parseDid(encodeDidKey(key))
      const legacy = parseDid(`did:key:z6Mk${base58.encode(key)}`)
      expect(standard.method === 'key' && [standard.form, plain(standard.publicKey)]).toEqual([
        'standard',
        plain(key),
      ])
      expect(legacy.method === 'key' && [legacy.form, plain(legacy.publicKey)]).toEqual([
        'legacy',
        plain(key),
      ])
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['did:web:example.com', 'https://example.com/.well-known/did.json'],
  ['did:web:Example.com', 'https://example.com/.well-known/did.json'],
  ['did:web:example.com%3A8443', 'https://example.com:8443/.well-known/did.json'],
  ['did:web:example.com%3a443:a', 'https://example.com/a/did.json'],
  ['did:web:example.com:user:alice', 'https://example.com/user/alice/did.json'],
  ['did:web:example.com%3A3000:a%20b:c.d', 'https://example.com:3000/a%20b/c.d/did.json'],
  ['did:web:127.0.0.1%3A9', 'https://127.0.0.1:9/.well-known/did.json'],
])('the document of %s is at %s', (did, url) => {
  expect(Did.safeParse(did).success).toBe(true)
  const parsed = parseDid(did)
  expect(parsed.method === 'web' && parsed.url.href).toBe(url)
})

test.each([
  ['did:web:'],
  ['did:web::a'],
  ['did:web:a::b'],
  ['did:web:user%40example.com'],
  ['did:web:user%3Aword%40example.com'],
  ['did:web:example.com%2Fpath'],
  ['did:web:example.com%3A'],
  ['did:web:example.com%3A99999'],
  ['did:web:example.com%3A080:a'],
  ['did:web:example.com:..'],
  ['did:web:example.com:a:%2e%2E'],
  ['did:web:example.com:.'],
  ['did:web:example.com:a/b'],
  ['did:web:example.com:a?b'],
  ['did:web:example.com#key'],
  ['did:web:0x7f.1'],
  ['did:web:2130706433'],
  ['did:web:127.1'],
  ['did:web:%5B%3A%3A1%5D'],
  ['did:key:'],
  ['did:key:z6Mk'],
  ['did:key:gateway'],
  ['did:key:z6Mk0OIl'],
  ['did:key:m7QEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc'],
  [`did:key:z6Mk${'2'.repeat(500)}`],
  ['did:ion:abc'],
  [''],
])('%s is not taken', (did) => {
  expect(() => parseDid(did)).toThrow(SignalFailure)
  expect(() => parseDid(did)).toThrow(
    expect.objectContaining({ code: 'INVALID_SIGNATURE', reason: 'unresolvable_did' }),
  )
})

test('whatever the text, it is parsed or a SignalFailure', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((text) => `did:web:${text}`),
    fc.string().map((text) => `did:key:${text}`),
  )
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const parsed = parseDid(text)
        if (parsed.method === 'web') expect(parsed.url.protocol + parsed.url.username).toBe('https:')
      } catch (error) {
        expect(error).toBeInstanceOf(SignalFailure)
      }
    }),
    { numRuns: 500 },
  )
})
