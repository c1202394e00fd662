import { createHash } from 'node:crypto'

/** Characters of a table key or group name that come from one id; a key may have 1 KiB (Table Storage data model). */
const MAX_KEY_CHARACTERS = 400

/**
 * Encodes an id from outside as a table key or group name: percent-encoded once, injective.
 * An id whose encoding is too long for a key becomes `sha256-` and its hash.
 */
export const encodeKey = (id: string): string => {
  const encoded = encodeURIComponent(id.toWellFormed()).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return encoded.length <= MAX_KEY_CHARACTERS ? encoded : `sha256-${hashText(id)}`
}

/** SHA-256 of a text, as base64url (43 characters). */
export const hashText = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('base64url')

/** The group of the hub `gateway` in which a stream is announced. */
export const streamGroup = (stream: string): string => `task.${encodeKey(stream)}`
