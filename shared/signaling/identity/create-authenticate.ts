import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { Clock } from '../../kernel/clock.ts'
import { SignalFailure } from '../signal-failure.ts'
import { checkTime } from './check-time.ts'
import { claimedBy, type DidRules, type Proven } from './claimed-by.ts'
import { parseDid } from './parse-did.ts'
import type { ReadMessage } from './read-message.ts'
import { toKeyObject } from './to-key-object.ts'
import { type Signer, verifySignature } from './verify-signature.ts'

export type Authenticate = {
  /**
   * Proves that a REGISTER comes from the DID in its `from`.
   * @throws SignalFailure `not_registered` when it is no REGISTER; `stale`, `unresolvable_did`, `wrong_key` or
   *   `signature`; `slow_did`
   */
  register(read: ReadMessage): Promise<Proven>
  /**
   * Proves that a later frame comes from who registered on its connection.
   * @throws SignalFailure `wrong_did`, `stale` or `signature`
   */
  frame(read: ReadMessage, proven: Proven): void
}

const MAX_KEYS = 4096

const notRegistered = (): SignalFailure =>
  new SignalFailure(
    'not_registered',
    'The first message of a connection must be REGISTER: it proves who sends the others. Connect again and send it first.',
    { closes: true },
  )

/** Proves who sent a frame. */
export const createAuthenticate = (
  options: DidRules & { clock: Clock; verifySignatures: boolean },
): Authenticate => {
  const { clock, verifySignatures } = options
  const signers = new BoundedMap<string, Signer>(MAX_KEYS)

  /** The key that frames are verified with; kept, as making it takes a third of the time of a verification. */
  const signerOf = ({ did, key }: Proven): Signer => {
    const known = signers.get(key ?? did)
    if (known !== undefined) return known
    const parsed = key === undefined ? parseDid(did) : undefined
    const bytes = parsed?.method === 'key' ? parsed.publicKey : Buffer.from(key ?? '', 'base64url')
    const signer = { key: toKeyObject(bytes), bareTime: false }
    signers.set(key ?? did, signer)
    return signer
  }

  const prove = (read: ReadMessage, proven: Proven): void => {
    const signer = signerOf(proven)
    if (verifySignatures) verifySignature(read, signer)
  }

  return {
    register: async (read) => {
      const { message, time } = read
      if (message.type !== 'REGISTER') throw notRegistered()
      checkTime(time, clock.now())
      const proven = await claimedBy(message, options)
      prove(read, proven)
      return proven
    },
    frame: (read, proven) => {
      if (read.message.from !== proven.did) {
        throw new SignalFailure(
          'wrong_did',
          '"from" is not the DID that this connection registered with. Send the messages of another DID over a connection of its own.',
        )
      }
      checkTime(read.time, clock.now())
      prove(read, proven)
    },
  }
}
