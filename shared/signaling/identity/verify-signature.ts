import { type KeyObject, verify } from 'node:crypto'
import { SignalFailure } from '../signal-failure.ts'
import type { ReadMessage } from './read-message.ts'
import { signedTexts } from './signed-texts.ts'

const SIGNATURE_BYTES = 64

const invalid = (message: string): SignalFailure =>
  new SignalFailure('INVALID_SIGNATURE', 'signature', message)

const decodeSignature = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64')
  // Buffer takes what is not base64, too; only what it would write itself is one.
  if (bytes.length === SIGNATURE_BYTES && bytes.toString('base64') === text) return bytes
  throw invalid(
    'The signature is not the base64 of 64 bytes. Write it with the standard alphabet and padding.',
  )
}

/**
 * Proves that a frame was signed with a key.
 * @throws SignalFailure `signature`
 */
export const verifySignature = (read: ReadMessage, key: KeyObject): void => {
  const signature = decodeSignature(read.message.signature)
  for (const text of signedTexts(read.signed)) {
    if (verify(null, Buffer.from(text), key, signature)) return
  }
  throw invalid(
    'The signature is not one of this message under the key of its sender. Sign the canonical JSON (RFC 8785) of the message without its signature, with the Ed25519 key of the DID in "from".',
  )
}
