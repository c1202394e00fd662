import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../contract/signaling/canonical-json.ts'
import { SignalFailure } from '../signal-failure.ts'
import { readMessage } from './read-message.ts'
import { verifySignature } from './verify-signature.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const DID = 'did:web:example.com'

const holds = (frame: object): boolean => {
  try {
    verifySignature(readMessage(JSON.stringify(frame), { maxBytes: 4096 }), {
      key: publicKey,
      bareTime: false,
    })
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(SignalFailure)
    expect(error).toMatchObject({ code: 'INVALID_SIGNATURE', reason: 'signature' })
    return false
  }
}

/** A frame whose signature has the characters that base64url writes otherwise. */
const signedFrame = () => {
  for (let count = 0; ; count++) {
    const frame = {
      id: `${count}`,
      timestamp: '2026-01-12T10:00:00',
      from: DID,
      to: DID,
      type: 'PING',
      payload: {},
      version: '1.0',
    }
    const signature = sign(null, Buffer.from(canonicalJson(frame)), privateKey)
    const text = signature.toString('base64')
    if (text.includes('+') && text.includes('/')) return { frame, signature, text }
  }
}

test('how a signer signs the time is noted, and either way still holds', () => {
  const signer = { key: publicKey, bareTime: false }
  const frame = { ...signedFrame().frame, timestamp: '2026-01-12T10:00:00Z' }
  const verifyAs = (timestamp: string): void => {
    const signature = sign(null, Buffer.from(canonicalJson({ ...frame, timestamp })), privateKey)
    const text = JSON.stringify({ ...frame, signature: signature.toString('base64') })
    verifySignature(readMessage(text, { maxBytes: 4096 }), signer)
  }
  verifyAs('2026-01-12T10:00:00')
  expect(signer.bareTime).toBe(true)
  verifyAs('2026-01-12T10:00:00Z')
  expect(signer.bareTime).toBe(false)
})

test('only the base64 of the 64 bytes is a signature', () => {
  const { frame, signature, text } = signedFrame()
  expect(holds({ ...frame, signature: text })).toBe(true)
  const others = [
    signature.toString('base64url'),
    `${signature.toString('base64url')}==`,
    signature.toString('hex'),
    text.slice(0, -2),
    ` ${text}`,
    `${text}\n`,
    signature.subarray(1).toString('base64'),
    Buffer.concat([signature, signature]).toString('base64'),
  ]
  for (const other of others) expect(holds({ ...frame, signature: other }), other).toBe(false)
})

test('one bit of the signature or one character of the frame more, and it does not hold', () => {
  const { frame, signature, text } = signedFrame()
  for (let index = 0; index < signature.length; index++) {
    const turned = Buffer.from(signature)
    turned[index] = (turned[index] ?? 0) ^ 1
    expect(holds({ ...frame, signature: turned.toString('base64') })).toBe(false)
  }
  expect(holds({ ...frame, payload: { sequence: null }, signature: text })).toBe(false)
  expect(holds({ ...frame, correlation_id: null, signature: text })).toBe(false)
  expect(holds({ ...frame, timestamp: '2026-01-12T10:00:00Z', signature: text })).toBe(true)
  expect(holds({ ...frame, timestamp: '2026-01-12T10:00:00+00:00', signature: text })).toBe(false)
})
