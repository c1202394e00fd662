import type { ConnectionState } from '../connection-state.ts'

/** Ids that a connection remembers: as many as it may send at once (`signaling.message_burst`). */
const MAX_IDS = 128

/** 48 bits: among 128 ids a chance hit is one in 2^41. */
const HASH_CHARACTERS = 8
/** Milliseconds in base 36, enough until the year 5138. */
const TIME_CHARACTERS = 9
const ENTRY_CHARACTERS = HASH_CHARACTERS + TIME_CHARACTERS

type Remembered = Pick<ConnectionState, 'ids' | 'floor'>

const isKnown = (ids: string, hash: string): boolean => {
  for (let at = 0; at < ids.length; at += ENTRY_CHARACTERS) if (ids.startsWith(hash, at)) return true
  return false
}

const timeOf = (ids: string): number => Number.parseInt(ids.slice(HASH_CHARACTERS, ENTRY_CHARACTERS), 36)

/**
 * Remembers the id of a message that is proven to come from this connection.
 * @param message.idHash SHA-256 of the id, base64url; message.time milliseconds since the epoch, as its sender says
 * @returns what the connection carries from now on; undefined when the message was taken before, or is older than what
 * is still remembered: a sender's clock goes forward.
 */
export const rememberId = (
  { ids = '', floor = 0 }: Remembered,
  message: { idHash: string; time: number },
): Required<Remembered> | undefined => {
  const hash = message.idHash.slice(0, HASH_CHARACTERS)
  if (message.time < floor || isKnown(ids, hash)) return undefined
  const all = ids + hash + message.time.toString(36).padStart(TIME_CHARACTERS, '0')
  if (all.length <= MAX_IDS * ENTRY_CHARACTERS) return { ids: all, floor }
  return { ids: all.slice(ENTRY_CHARACTERS), floor: Math.max(floor, timeOf(all)) }
}
