/**
 * What a connection carries in `ce-connectionState`: the service keeps it, sends it with every event, and replaces it
 * by what the answer says. Clients neither see nor set it.
 */
export type ConnectionState = {
  /** Of the hub's event handler version: another one counts as no state. */
  v: 1
  /** The nonce that REGISTER has to carry. */
  nonce?: string
  /** Proven by REGISTER. */
  did?: string
  generation?: number
  /** The public key, base64url, where it does not follow from the DID (did:web). */
  key?: string
  /** The latest message ids, oldest first: of each a hash and its timestamp. */
  ids?: string
  /** The highest timestamp among the ids that fell out; milliseconds since the epoch. */
  floor?: number
  /** The rate limit: tokens left, and when (milliseconds since the epoch). */
  bucket?: [tokens: number, at: number]
}
