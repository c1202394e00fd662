import { SignalFailure } from '../signal-failure.ts'
import { decodeMultikey, decodeRawKey } from './multikey.ts'

/** `legacy`: as the protocol's first implementation writes it. */
export type KeyDid = { method: 'key'; form: 'standard' | 'legacy'; publicKey: Uint8Array }

/** `url`: of its document. */
export type WebDid = { method: 'web'; url: URL }

const KEY = 'did:key:'
const WEB = 'did:web:'
/** Before the base58 of the bare 32 bytes. */
const LEGACY_PREFIX = 'z6Mk'

const HOST = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?:%3a(\d{1,5}))?$/i
const SEGMENT = /^(?:[a-z0-9._-]|%[0-9a-f]{2})+$/i

const unresolvable = (message: string): SignalFailure => new SignalFailure('unresolvable_did', message)

/**
 * Both forms begin with `z6Mk`, but are never confused: whatever the 32 bytes, a legacy text read as a multikey begins
 * with at most 0xECFF, a standard one with 0xED01.
 */
const parseKey = (text: string): KeyDid => {
  const standard = decodeMultikey(text)
  if (standard !== undefined) return { method: 'key', form: 'standard', publicKey: standard }
  const legacy = text.startsWith(LEGACY_PREFIX) ? decodeRawKey(text.slice(LEGACY_PREFIX.length)) : undefined
  if (legacy !== undefined) return { method: 'key', form: 'legacy', publicKey: legacy }
  throw unresolvable(
    'The DID holds no Ed25519 key. Use did:key:z followed by the base58 of the bytes ED 01 and the 32 bytes of the key.',
  )
}

/** The address of the document (did:web method, 3.2 Read). */
const webUrl = (text: string): URL | undefined => {
  const [first = '', ...path] = text.split(':')
  const [, host = '', port] = HOST.exec(first) ?? []
  if (host === '' || !path.every((segment) => SEGMENT.test(segment))) return undefined
  const address = port === undefined ? host : `${host}:${port}`
  const written = `https://${address.toLowerCase()}/${path.length === 0 ? '.well-known' : path.join('/')}/did.json`
  if (!URL.canParse(written)) return undefined
  const url = new URL(written)
  // What a URL reads otherwise leads elsewhere than it says: dots in the path, numbers that are addresses.
  return url.href === written.replace(/:443(?=\/)/, '') ? url : undefined
}

const parseWeb = (text: string): WebDid => {
  const url = webUrl(text)
  if (url !== undefined) return { method: 'web', url }
  throw unresolvable(
    'The did:web has no address of a document. Write a host, with its port behind %3A where it has one, and the path with colons: did:web:example.com:agents:one.',
  )
}

/**
 * What a DID says by itself.
 * @throws SignalFailure `unresolvable_did` when it is none that the gateway takes.
 */
export const parseDid = (did: string): KeyDid | WebDid => {
  if (did.startsWith(KEY)) return parseKey(did.slice(KEY.length))
  if (did.startsWith(WEB)) return parseWeb(did.slice(WEB.length))
  throw unresolvable('DIDs of this method are not taken. Use did:key or did:web.')
}
