import { encodeMultikey } from './multikey.ts'

/** The DID of an Ed25519 public key (did:key method). @param publicKey its 32 bytes */
export const encodeDidKey = (publicKey: Uint8Array): string => `did:key:${encodeMultikey(publicKey)}`
