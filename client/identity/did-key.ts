import { base58 } from '@scure/base'

const STANDARD = 'did:key:z'
/** The text that the first programs of the protocol put before the bare key. */
const LEGACY = 'did:key:z6Mk'
/** Multicodec `ed25519-pub` as a varint (did:key 0.7, 3.1.1). */
const ED25519 = [0xed, 0x01] as const
const KEY_BYTES = 32

export const encodeDidKey = (publicKey: Uint8Array): string =>
  `${STANDARD}${base58.encode(Uint8Array.of(...ED25519, ...publicKey))}`

const decode = (text: string): Uint8Array | undefined => {
  try {
    return base58.decode(text)
  } catch {
    return undefined
  }
}

/** The public key of a `did:key`, in the standard form or in that of the first programs; undefined for other DIDs. */
export const decodeDidKey = (did: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!did.startsWith(LEGACY)) return undefined
  const bytes = decode(did.slice(STANDARD.length))
  if (bytes?.length === KEY_BYTES + ED25519.length && ED25519.every((byte, at) => bytes[at] === byte)) {
    return new Uint8Array(bytes.subarray(ED25519.length))
  }
  const bare = decode(did.slice(LEGACY.length))
  return bare?.length === KEY_BYTES ? new Uint8Array(bare) : undefined
}
