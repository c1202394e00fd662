import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto'
import { type MessageOf, type MessageType, SIGNALING_VERSION } from '../../contract/signaling/message.ts'
import { parseTagged, pythonText } from '../../contract/signaling/python-text.ts'
import { lazy } from '../../kernel/lazy.ts'
import { encodeDidKey } from './encode-did-key.ts'
import { KEY_BYTES } from './multikey.ts'
import { parseExactJson } from './parse-exact-json.ts'

/** What the gateway says itself. `timestamp` is ISO 8601, UTC. */
export type GatewayFrame = {
  [Type in MessageType]: {
    id: string
    correlation_id: string | null
    timestamp: string
    to: string
    type: Type
    payload: MessageOf<Type>['payload']
  }
}[MessageType]

export type GatewayIdentity = {
  readonly did: string
  /** The text of a frame, from the gateway and signed by it, as the protocol's first programs verify it. */
  sign(frame: GatewayFrame): string
  /**
   * The same of a frame as JSON text, of which every byte stays.
   * @throws SyntaxError, its message a clause, when it reads differently in other parsers.
   */
  signJson(frame: string): string
}

/** The DER of an Ed25519 private key without its 32 bytes (RFC 8410, 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The text of an object that has members, with some more. */
const withMembers = (object: string, more: object): string =>
  `${object.slice(0, -1)},${JSON.stringify(more).slice(1)}`

/**
 * The gateway as one that sends frames: its key is derived from the secret of the deployment, so all instances are one
 * sender.
 * @param options.secretKey may throw, then the identity's members throw it
 */
export const createGatewayIdentity = (options: { secretKey: () => string }): GatewayIdentity => {
  const own = lazy(() => {
    const seed = hkdfSync('sha256', options.secretKey(), '', 'agent-gateway signaling identity', KEY_BYTES)
    const key = createPrivateKey({
      key: Buffer.concat([PKCS8_PREFIX, Buffer.from(seed)]),
      format: 'der',
      type: 'pkcs8',
    })
    const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)
    return { key, did: encodeDidKey(publicKey) }
  })
  const signJson = (frame: string): string => {
    const { key, did } = own()
    const unsigned = withMembers(frame, { from: did, version: SIGNALING_VERSION })
    parseExactJson(unsigned)
    return withMembers(unsigned, {
      signature: sign(null, Buffer.from(pythonText(parseTagged(unsigned))), key).toString('base64'),
    })
  }
  return {
    get did() {
      return own().did
    },
    sign: (frame) => signJson(JSON.stringify(frame)),
    signJson,
  }
}
