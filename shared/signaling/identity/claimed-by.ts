import type { MessageOf } from '../../contract/signaling/message.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { ResolveDid } from './create-resolve-did.ts'
import { decodeRawKey } from './multikey.ts'
import { parseDid } from './parse-did.ts'

/** Who a connection belongs to. `key`: base64url of the 32 bytes, where it does not follow from the DID. */
export type Proven = { did: string; key?: string }

export type DidRules = {
  resolveDid: ResolveDid
  /** Whether documents of did:web are asked for; otherwise the stated key is believed. */
  validateDids: boolean
  /** Whether did:key is also taken as the protocol's first implementation writes it. */
  acceptLegacyDids: boolean
}

type Register = MessageOf<'REGISTER'>

const wrongKey = (message: string): SignalFailure => new SignalFailure('wrong_key', message)

const toText = (key: Uint8Array): string => Buffer.from(key).toString('base64url')

/** The key that is stated, undefined where the DID stands in its place. */
const statedKey = ({ from, payload }: Register): string | undefined => {
  if (payload.public_key === from) return undefined
  const key = decodeRawKey(payload.public_key)
  if (key !== undefined) return toText(key)
  throw wrongKey(
    '"public_key" is neither the base58 of the 32 bytes of an Ed25519 key nor the DID of "from".',
  )
}

const chooseKey = (stated: string | undefined, keys: readonly string[]): string => {
  const [only] = keys
  if (stated === undefined && only !== undefined && keys.length === 1) return only
  if (stated !== undefined && keys.includes(stated)) return stated
  throw wrongKey(
    '"public_key" is no key of the DID in "from". Send the base58 of a key that the DID authenticates with.',
  )
}

/**
 * The DID that a REGISTER comes from, if it is signed with its key.
 * @throws SignalFailure `unresolvable_did`, `slow_did` or `wrong_key`
 */
export const claimedBy = async (register: Register, rules: DidRules): Promise<Proven> => {
  const did = register.from
  const parsed = parseDid(did)
  const stated = statedKey(register)
  if (parsed.method === 'web') {
    if (rules.validateDids) return { did, key: chooseKey(stated, await rules.resolveDid(did, parsed.url)) }
    return { did, key: chooseKey(stated, stated === undefined ? [] : [stated]) }
  }
  if (parsed.form === 'legacy' && !rules.acceptLegacyDids) {
    throw new SignalFailure(
      'unresolvable_did',
      'This gateway takes did:key in the form of its specification only: did:key:z followed by the base58 of the bytes ED 01 and the key.',
    )
  }
  chooseKey(stated, [toText(parsed.publicKey)])
  return { did }
}
