import { importJWK, SignJWT } from 'jose'
import * as z from 'zod'
import type { LocalClock } from '../../service/clock.ts'

/** The managed identity of the service: who issues its tokens, with which key, and as whom. */
export const ServiceIdentity = z.strictObject({
  issuer: z.string().min(1),
  tenantId: z.string().min(1),
  /** The identity's principal: claims `oid` and `sub`. */
  objectId: z.string().min(1),
  /** A private JSON Web Key, by default for RS256. */
  key: z.looseObject({ kty: z.string(), kid: z.string().min(1), alg: z.string().default('RS256') }),
})
export type ServiceIdentity = z.infer<typeof ServiceIdentity>

/** Answers a token for a resource, which is its audience. */
export type IssueToken = (resource: string) => Promise<string>

const LIFE_SECONDS = 3600
/** A token is used again until this long before its end. */
const MARGIN_SECONDS = 300

/** Issues tokens as Microsoft Entra does to managed identities (access token claims reference, version 1.0). */
export const createIssueToken = ({
  identity,
  clock,
}: {
  identity: ServiceIdentity
  clock: LocalClock
}): IssueToken => {
  const { issuer, tenantId, objectId, key } = identity
  const { kid, alg } = key
  const issued = new Map<string, { token: string; until: number }>()

  const issue = async (resource: string, now: number): Promise<string> =>
    new SignJWT({ oid: objectId, tid: tenantId, idtyp: 'app', ver: '1.0' })
      .setProtectedHeader({ alg, typ: 'JWT', kid })
      .setIssuer(issuer)
      .setSubject(objectId)
      .setAudience(resource)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + LIFE_SECONDS)
      .sign(await importJWK(key, alg))

  return async (resource) => {
    const now = Math.floor(clock.now() / 1000)
    const known = issued.get(resource)
    if (known !== undefined && known.until > now) return known.token
    const token = await issue(resource, now)
    issued.set(resource, { token, until: now + LIFE_SECONDS - MARGIN_SECONDS })
    return token
  }
}
