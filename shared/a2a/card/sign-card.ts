import { FlattenedSign } from 'jose'
import { canonicalJson } from '../../kernel/json.ts'
import type { StrictCard } from './rewrite-card.ts'
import type { SigningKey } from './signing-key.ts'

export type CardSignature = { protected: string; signature: string }

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** Leaves out what is empty, from the inside out; `required: false` is a default too, the other flags are not. */
const withoutDefaults = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDefaults).filter((item) => !isEmpty(item))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
    .filter(([name, member]) => name !== 'required' || member !== false)
    .map(([name, member]) => [name, withoutDefaults(member)])
  return Object.fromEntries(members.filter(([, member]) => !isEmpty(member)))
}

/** What a signature of a card is over (A2A 1.0, 8.4): RFC 8785 of the 1.0 card without members of default value. */
const signedText = (card: StrictCard): string => canonicalJson(withoutDefaults(card))

/** Signs a card as JWS (ES256, detached); `jwksUrl` is where verifiers find the key. */
export const signCard = async (
  card: StrictCard,
  key: SigningKey,
  jwksUrl: string,
): Promise<CardSignature> => {
  const { protected: header = '', signature } = await new FlattenedSign(
    new TextEncoder().encode(signedText(card)),
  )
    .setProtectedHeader({ alg: 'ES256', typ: 'JOSE', kid: key.kid, jku: jwksUrl })
    .sign(key.privateKey)
  return { protected: header, signature }
}

/** The public keys of the gateway (RFC 7517, 5). */
export const jwksOf = ({ kid, publicKey }: SigningKey): object => ({
  keys: [{ ...publicKey, kid, alg: 'ES256', use: 'sig' }],
})
