import { createHash } from 'node:crypto'

/** Characters of a table key or group name that come from one id; a key may have 1 KiB (Table Storage data model). */
const MAX_KEY_CHARACTERS = 400

const percent = (code: number): string => `%${code.toString(16).toUpperCase().padStart(2, '0')}`

/** Half a surrogate pair as the three bytes that UTF-8 would have for it (WTF-8): no other text has them. */
const encodeHalf = (half: string): string => {
  const code = half.charCodeAt(0)
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)].map(percent).join('')
}

const encodeCharacter = (character: string): string => {
  if (!character.isWellFormed()) return encodeHalf(character)
  const encoded = encodeURIComponent(character)
  return /[!'()*~]/.test(encoded) ? percent(encoded.charCodeAt(0)) : encoded
}

/**
 * Encodes an id from outside as a table key or group name: percent-encoded once, injective.
 * An id whose encoding is too long for a key becomes `~` and the hash of that encoding: no encoding has a `~`.
 */
export const encodeKey = (id: string): string => {
  const encoded = id.replace(/[^A-Za-z0-9\-_.]/gu, encodeCharacter)
  return encoded.length <= MAX_KEY_CHARACTERS ? encoded : `~${hashText(encoded)}`
}

/** SHA-256 of a text, as base64url (43 characters). */
export const hashText = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('base64url')

/** The group of the hub `agents` that hears what is sent to an agent. */
export const inboxGroup = (did: string): string => `inbox.${encodeKey(did)}`

/** The group of the hub `gateway` in which a stream is announced. */
export const streamGroup = (stream: string): string => `task.${encodeKey(stream)}`
