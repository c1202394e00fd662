import { type KeyObject, verify } from 'node:crypto'
import { signedTexts } from '../../contract/signaling/signed-texts.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { ReadMessage } from './read-message.ts'

const SIGNATURE_BYTES = 64

const invalid = (message: string): SignalFailure => new SignalFailure('signature', message)

const decodeSignature = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64')
  // Buffer takes what is not base64, too; only what it would write itself is one.
  if (bytes.length === SIGNATURE_BYTES && bytes.toString('base64') === text) return bytes
  throw invalid(
    'The signature is not the base64 of 64 bytes. Write it with the standard alphabet and padding.',
  )
}

/** A key, and how its owner signs: whoever signs timestamps without their `Z` does so always. */
export type Signer = { key: KeyObject; bareTime: boolean }

/**
 * Proves that a frame was signed with a key, and notes how.
 * @throws SignalFailure `signature`
 */
export const verifySignature = (read: ReadMessage, signer: Signer): void => {
  const signature = decodeSignature(read.message.signature)
  for (const { text, bareTime } of signedTexts(read.text, signer.bareTime)) {
    if (!verify(null, Buffer.from(text), signer.key, signature)) continue
    signer.bareTime = bareTime
    return
  }
  throw invalid(
    'The signature is not one of this message under the key of its sender. Sign the canonical JSON (RFC 8785) of the message without its signature, with the Ed25519 key of the DID in "from".',
  )
}
