import { base58 } from '@scure/base'
import { expect, test } from 'vitest'
import { DidDocument, didDocumentKeys } from './did-document-keys.ts'
import { encodeMultikey } from './multikey.ts'

const DID = 'did:web:example.com'
const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const text = (fill: number): string => Buffer.from(key(fill)).toString('base64url')

const multibase = (fill: number, id = `${DID}#${fill}`) => ({
  id,
  type: 'Multikey',
  controller: DID,
  publicKeyMultibase: encodeMultikey(key(fill)),
})
const jwk = (fill: number, members = {}) => ({
  id: `${DID}#${fill}`,
  type: 'JsonWebKey2020',
  publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x: text(fill), ...members },
})
const bare = (fill: number, type: string) => ({
  id: `${DID}#${fill}`,
  type,
  publicKeyBase58: base58.encode(key(fill)),
})

const keysOf = (document: object): string[] => didDocumentKeys(DidDocument.parse({ id: DID, ...document }))

test('without authentication all Ed25519 keys count, however they are written', () => {
  const verificationMethod = [multibase(1), jwk(2), bare(3, 'Ed25519VerificationKey2018')]
  expect(keysOf({ verificationMethod })).toEqual([text(1), text(2), text(3)])
})

test('with authentication only what it names or holds counts', () => {
  const verificationMethod = [multibase(1), multibase(2), multibase(3, '#3')]
  expect(keysOf({ verificationMethod, authentication: [`${DID}#2`] })).toEqual([text(2)])
  expect(keysOf({ verificationMethod, authentication: ['#1'] })).toEqual([text(1)])
  expect(keysOf({ verificationMethod, authentication: [`${DID}#3`] })).toEqual([text(3)])
  expect(keysOf({ verificationMethod, authentication: [multibase(4), `${DID}#1`] })).toEqual([
    text(1),
    text(4),
  ])
  expect(keysOf({ verificationMethod, authentication: ['did:web:other.com#1'] })).toEqual([])
  expect(keysOf({ verificationMethod, authentication: [] })).toEqual([])
})

test.each([
  ['another curve', jwk(1, { crv: 'X25519' })],
  ['another key type', jwk(1, { kty: 'EC' })],
  ['a short key', jwk(1, { x: 'AAAA' })],
  ['a key in another alphabet', jwk(255, { x: Buffer.from(key(255)).toString('base64') })],
  [
    'a multibase of another sort',
    { id: '#1', publicKeyMultibase: 'z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc' },
  ],
  ['bare bytes of another sort', bare(1, 'X25519KeyAgreementKey2019')],
  ['nothing', { id: '#1' }],
  ['no id', { publicKeyMultibase: encodeMultikey(key(1)) }],
  ['no method at all', 7],
])('a method with %s is passed over', (_what, method) => {
  expect(keysOf({ verificationMethod: [method, multibase(9)] })).toEqual([text(9)])
})
