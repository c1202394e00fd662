import type { KeyPair } from './open-key.ts'

/**
 * Makes a key whose private half cannot leave WebCrypto. A browser can keep it in IndexedDB. A program that has to write its
 * key into a file makes 32 random bytes instead (`crypto.getRandomValues(new Uint8Array(32))`), which are a key too.
 */
export const generateKey = async (): Promise<KeyPair> =>
  // Types that do not know the algorithm say that it could be a single key.
  (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as KeyPair
