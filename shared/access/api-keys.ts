import { createHash, timingSafeEqual } from 'node:crypto'

/** A key by its name, the SHA-256 of the key in hexadecimal, and what it may do. */
export type ApiKey = { name: string; hash: string; scopes: readonly string[] }

/**
 * Finds the key that a caller presented. Every configured key is compared, in constant time, so that the time of the
 * answer tells nothing about them.
 */
export const findApiKey = <Key extends ApiKey>(keys: readonly Key[], presented: string): Key | undefined => {
  const hash = createHash('sha256').update(presented).digest()
  let found: Key | undefined
  for (const key of keys) {
    const expected = Buffer.from(key.hash, 'hex')
    if (expected.length === hash.length && timingSafeEqual(expected, hash)) found ??= key
  }
  return found
}
