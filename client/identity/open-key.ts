import { base58, base64, base64urlnopad } from '@scure/base'
import { ClientError } from '../client-error.ts'
import { encodeDidKey } from './did-key.ts'

/** WebCrypto's `CryptoKey`, by whichever types a program is compiled with. */
type Key = Parameters<typeof crypto.subtle.exportKey>[1]

export type KeyPair = { privateKey: Key; publicKey: Key }

/** An Ed25519 key: a pair of WebCrypto, or the 32 bytes (the seed of RFC 8032) from which the pair follows. */
export type AgentKey = KeyPair | Uint8Array

/** A key that can be used. */
export type Signer = {
  did: string
  /** The public key in base58. */
  publicKey: string
  /** @returns the signature of a text in UTF-8, in base64. */
  sign(text: string): Promise<string>
}

const SEED_BYTES = 32
/** A private key of 32 bytes in PKCS #8 (RFC 8410, 7). */
const PKCS8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20] as const

type OpenKey = { privateKey: Key; publicKey: Uint8Array }

const importSeed = async (seed: Uint8Array): Promise<OpenKey> => {
  if (seed.length !== SEED_BYTES) {
    throw new ClientError('invalid_key', `An Ed25519 key has ${SEED_BYTES} bytes, not ${seed.length}.`)
  }
  const pkcs8 = Uint8Array.of(...PKCS8, ...seed)
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign'])
  const { x = '' } = await crypto.subtle.exportKey('jwk', privateKey)
  return { privateKey, publicKey: base64urlnopad.decode(x) }
}

const usePair = async ({ privateKey, publicKey }: KeyPair): Promise<OpenKey> => {
  if (privateKey.algorithm.name !== 'Ed25519') {
    throw new ClientError(
      'invalid_key',
      `An Ed25519 key is needed, not one for ${privateKey.algorithm.name}.`,
    )
  }
  return { privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) }
}

/** @throws ClientError `invalid_key` */
export const openKey = async (key: AgentKey): Promise<Signer> => {
  const { privateKey, publicKey } = await (key instanceof Uint8Array ? importSeed(key) : usePair(key))
  const encoder = new TextEncoder()
  return {
    did: encodeDidKey(publicKey),
    publicKey: base58.encode(publicKey),
    sign: async (text) =>
      base64.encode(new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, encoder.encode(text)))),
  }
}
