import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import type { LocalClock } from '../../service/clock.ts'
import { TOKEN_SKEW_SECONDS } from '../limits.ts'

/** Who stands in for Microsoft Entra: tokens of this issuer, signed with one of these keys, may do everything. */
export type TestIssuer = { issuer: string; jwks: JSONWebKeySet }

const AUDIENCE = 'https://webpubsub.azure.com'

/**
 * Verifies a token as Entra issues them for Web PubSub.
 * @throws a jose error when signature, issuer, audience or times are wrong.
 */
export const verifyEntraToken = async (
  token: string,
  options: { testIssuer: TestIssuer; clock: LocalClock },
): Promise<JWTPayload> => {
  const { payload } = await jwtVerify(token, createLocalJWKSet(options.testIssuer.jwks), {
    issuer: options.testIssuer.issuer,
    audience: [AUDIENCE, `${AUDIENCE}/`],
    currentDate: new Date(options.clock.now()),
    clockTolerance: TOKEN_SKEW_SECONDS,
    requiredClaims: ['exp'],
  })
  return payload
}
