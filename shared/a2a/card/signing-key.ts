import { createECDH, hkdfSync } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'

/** Order of the curve P-256 (SEC 2, 2.4.2): private keys are 1 to one less than this. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** So many bytes that the remainder is as good as uniform (FIPS 186-5, A.2.1). */
const SEED_BYTES = 48
const SCALAR_BYTES = 32

/** A key for ES256; `publicKey` is what the JWKS shows. */
export type SigningKey = { kid: string; privateKey: JWK; publicKey: JWK }

/**
 * The key that signs agent cards, derived from the secret of the deployment: every instance has the same, and nothing
 * has to be stored.
 */
export const deriveSigningKey = async (secret: string): Promise<SigningKey> => {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'agent-gateway agent card signature', SEED_BYTES))
  const scalar = (BigInt(`0x${seed.toString('hex')}`) % (ORDER - 1n)) + 1n
  const d = Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(d)
  // Uncompressed point (SEC 1, 2.3.3): 4, x, y.
  const point = curve.getPublicKey()
  const publicKey: JWK = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 1 + SCALAR_BYTES).toString('base64url'),
    y: point.subarray(1 + SCALAR_BYTES).toString('base64url'),
  }
  const kid = await calculateJwkThumbprint(publicKey)
  return { kid, privateKey: { ...publicKey, d: d.toString('base64url') }, publicKey }
}
