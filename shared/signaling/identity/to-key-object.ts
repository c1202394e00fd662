import { createPublicKey, type KeyObject } from 'node:crypto'
import { SignalFailure } from '../signal-failure.ts'
import { KEY_BYTES } from './multikey.ts'

/** The DER of an Ed25519 public key without its 32 bytes (RFC 8410, 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * The points of small order, without their sign, also in the encodings that are not canonical: with such a key one
 * signature holds for many messages.
 */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

const isSmallOrder = (publicKey: Uint8Array): boolean => {
  const point = Buffer.from(publicKey)
  point[KEY_BYTES - 1] = (point[KEY_BYTES - 1] ?? 0) & 0x7f
  return SMALL_ORDER.has(point.toString('hex'))
}

/**
 * A key that signatures are verified with.
 * @param publicKey the 32 bytes of an Ed25519 public key
 * @throws SignalFailure `wrong_key` when signatures under it prove nothing.
 */
export const toKeyObject = (publicKey: Uint8Array): KeyObject => {
  if (publicKey.length !== KEY_BYTES || isSmallOrder(publicKey)) {
    throw new SignalFailure(
      'wrong_key',
      'The public key is no sound Ed25519 key: anyone could sign for it. Make a new key pair.',
    )
  }
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
}
