import { base58 } from '@scure/base'

/** Of an Ed25519 public key: the multicodec `ed25519-pub` (0xed) as a varint, before its 32 bytes. */
const PREFIX = [0xed, 0x01]
export const KEY_BYTES = 32

/** 34 bytes have at most 47 digits; decoding takes quadratic time. */
const MAX_DIGITS = 64

/** The bytes behind base58 (Bitcoin's alphabet), undefined when it is none or too long for a key. */
export const decodeBase58 = (text: string): Uint8Array | undefined => {
  if (text.length > MAX_DIGITS) return undefined
  try {
    return base58.decode(text)
  } catch {
    return undefined
  }
}

/** A key of 32 bytes behind base58, undefined when it is none. */
export const decodeRawKey = (text: string): Uint8Array | undefined => {
  const bytes = decodeBase58(text)
  return bytes?.length === KEY_BYTES ? bytes : undefined
}

/** The key behind `z6Mk…` (multibase base58-btc, multicodec), undefined when it is no Ed25519 key. */
export const decodeMultikey = (text: string): Uint8Array | undefined => {
  const bytes = text.startsWith('z') ? decodeBase58(text.slice(1)) : undefined
  const isEd25519 =
    bytes?.length === PREFIX.length + KEY_BYTES && bytes[0] === PREFIX[0] && bytes[1] === PREFIX[1]
  return isEd25519 ? bytes.subarray(PREFIX.length) : undefined
}

/** `z6Mk…` of an Ed25519 public key. @param publicKey its 32 bytes */
export const encodeMultikey = (publicKey: Uint8Array): string =>
  `z${base58.encode(Uint8Array.from([...PREFIX, ...publicKey]))}`
