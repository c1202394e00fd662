import * as z from 'zod'
import { decodeMultikey, decodeRawKey, KEY_BYTES } from './multikey.ts'

/** The members of a DID document (DID Core 1.0, 5) that tell its keys; methods that look otherwise are passed over. */
export const DidDocument = z.object({
  id: z.string(),
  verificationMethod: z.array(z.unknown()).default([]),
  authentication: z.array(z.unknown()).optional(),
})
export type DidDocument = z.infer<typeof DidDocument>

const Method = z.object({
  id: z.string(),
  publicKeyMultibase: z.string().optional(),
  publicKeyBase58: z.string().optional(),
  publicKeyJwk: z
    .object({ kty: z.string(), crv: z.string().optional(), x: z.string().optional() })
    .optional(),
  type: z.string().optional(),
})
type Method = z.infer<typeof Method>

const keyOfJwk = ({ kty, crv, x = '' }: NonNullable<Method['publicKeyJwk']>): Uint8Array | undefined => {
  const bytes = Buffer.from(x, 'base64url')
  const isKey = kty === 'OKP' && crv === 'Ed25519' && bytes.length === KEY_BYTES
  return isKey && bytes.toString('base64url') === x ? bytes : undefined
}

/** Its Ed25519 key; of `publicKeyBase58` the type must say that it is one. */
const keyOf = ({
  type,
  publicKeyMultibase,
  publicKeyJwk,
  publicKeyBase58,
}: Method): Uint8Array | undefined => {
  if (publicKeyMultibase !== undefined) return decodeMultikey(publicKeyMultibase)
  if (publicKeyJwk !== undefined) return keyOfJwk(publicKeyJwk)
  const isEd25519 = publicKeyBase58 !== undefined && type?.startsWith('Ed25519') === true
  return isEd25519 ? decodeRawKey(publicKeyBase58) : undefined
}

const methodsIn = (values: readonly unknown[]): Method[] =>
  values.flatMap((value) => {
    const { success, data } = Method.safeParse(value)
    return success ? [data] : []
  })

/**
 * The Ed25519 keys, base64url, that a DID authenticates with: those that `authentication` names or holds, or all of
 * its verification methods where it has no `authentication`.
 */
export const didDocumentKeys = (document: DidDocument): string[] => {
  const { id, verificationMethod, authentication } = document
  const methods = methodsIn(verificationMethod)
  // A reference may be relative to the document: "#key-1".
  const absolute = (reference: string): string =>
    reference.startsWith('#') ? `${id}${reference}` : reference
  const named = new Set(authentication?.filter((entry) => typeof entry === 'string').map(absolute))
  const usable =
    authentication === undefined
      ? methods
      : [...methods.filter((method) => named.has(absolute(method.id))), ...methodsIn(authentication)]
  const keys = usable.flatMap((method) => keyOf(method) ?? [])
  return [...new Set(keys.map((key) => Buffer.from(key).toString('base64url')))]
}
