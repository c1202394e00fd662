import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../../kernel/clock.ts'
import type { Settings } from '../../kernel/config/settings.ts'
import { GatewayError, notConfigured, unauthorized, unavailable } from '../../kernel/errors.ts'
import type { VerifyCaller } from './verify-caller.ts'

type Identity = Settings['signaling']['webhook']
type Rules = { issuers: string[]; audience: string; objectIds: ReadonlySet<string>; findKey: JWTVerifyGetKey }

/** Seconds that the clocks of issuer and gateway may be apart. */
const CLOCK_TOLERANCE_SECONDS = 60

const required = (name: keyof Identity, value: string | undefined): string => {
  if (value) return value
  const setting = `signaling.webhook.${name}`
  throw notConfigured(
    setting,
    `${setting} is not set, so events of Web PubSub cannot be told from others. Set it.`,
  )
}

/** Keys of the issuer: kept for ten minutes, asked for again when a token names an unknown one. */
const createFindKey = (url: string): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(new URL(url))
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (cause) {
      const isOfToken =
        cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys
      if (isOfToken) throw cause
      throw unavailable(`The keys at ${url} cannot be read, so the token of the event cannot be checked.`, {
        cause,
      })
    }
  }
}

/** The issuers and keys of the public cloud: tokens of version 2 and of version 1 (Entra, access tokens). */
const readRules = (identity: Identity): (() => Rules) => {
  const { tenant_id: tenant, audience, object_ids: objectIds, issuer, jwks_url: jwksUrl } = identity
  const login = `https://login.microsoftonline.com/${tenant}`
  const findKey = createFindKey(jwksUrl ?? `${login}/discovery/v2.0/keys`)
  return () => {
    if (issuer === undefined || jwksUrl === undefined) required('tenant_id', tenant)
    return {
      issuers: issuer === undefined ? [`${login}/v2.0`, `https://sts.windows.net/${tenant}/`] : [issuer],
      audience: required('audience', audience),
      objectIds: new Set([required('object_ids', objectIds[0]), ...objectIds]),
      findKey,
    }
  }
}

const readToken = (headers: Headers): string => {
  const token = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (token !== undefined) return token
  throw unauthorized(
    'auth_required',
    'The event has no bearer token. Switch on the managed identity of Web PubSub for its event handler.',
  )
}

const verifyToken = async (token: string, rules: Rules, now: number): Promise<JWTPayload> => {
  try {
    const { payload } = await jwtVerify(token, rules.findKey, {
      issuer: rules.issuers,
      audience: rules.audience,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'oid'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    })
    return payload
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    const reason = cause instanceof Error ? cause.message : 'it cannot be read'
    throw unauthorized('invalid_credentials', `The token of the event does not hold: ${reason}.`, { cause })
  }
}

/** Checks the token with which the managed identity of the service calls, where no key is shared with it. */
export const createVerifyIdentity = (options: { identity: Identity; clock: Clock }): VerifyCaller => {
  const { identity, clock } = options
  const rulesNow = readRules(identity)
  return async (headers) => {
    const rules = rulesNow()
    const { oid } = await verifyToken(readToken(headers), rules, clock.now())
    if (typeof oid === 'string' && rules.objectIds.has(oid)) return
    throw unauthorized(
      'invalid_credentials',
      'The token of the event is of an identity that may not call. Add its object id to signaling.webhook.object_ids.',
    )
  }
}
