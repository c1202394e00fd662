import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import type { LocalClock } from '../../service/clock.ts'
import { TOKEN_SKEW_SECONDS } from '../limits.ts'
import { acceptsAudience } from './audience.ts'
import { verifyEntraToken, type TestIssuer } from './entra.ts'
import { listKeys, type AccessKeys } from './keys.ts'

/** Why a token is refused; the message says what to change. */
export class TokenError extends Error {
  override name = 'TokenError'
}

export type VerifyToken = (token: string, audiences: readonly string[]) => Promise<JWTPayload>

export type Verifiers = {
  /** Tokens signed with an access key, for exactly these audiences. */
  verifyKeyToken: VerifyToken
  /** The same, and tokens of the test issuer where the service is behind TLS. */
  verifyServiceToken: VerifyToken
}

type VerifierOptions = {
  keys: AccessKeys
  clock: LocalClock
  secure: boolean
  testIssuer?: TestIssuer | undefined
}

const explain = (error: unknown): TokenError => {
  if (error instanceof errors.JWTExpired) return new TokenError('The token has expired. Ask for a new one.')
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new TokenError('The token is not signed with an access key of this service. Check the AccessKey.')
  }
  return new TokenError(`The token is not valid: ${error instanceof Error ? error.message : String(error)}.`)
}

const isSymmetric = (token: string): boolean => {
  try {
    return decodeProtectedHeader(token).alg?.startsWith('HS') === true
  } catch {
    return true
  }
}

/** Makes the checks of bearer tokens. Both functions throw TokenError. */
export const createVerifiers = ({ keys, clock, secure, testIssuer }: VerifierOptions): Verifiers => {
  const secrets = listKeys(keys).map((key) => new TextEncoder().encode(key))

  const verifySignature = async (token: string): Promise<JWTPayload> => {
    let failure: unknown
    for (const secret of secrets) {
      try {
        const verified = await jwtVerify(token, secret, {
          algorithms: ['HS256'],
          currentDate: new Date(clock.now()),
          clockTolerance: TOKEN_SKEW_SECONDS,
          requiredClaims: ['exp'],
        })
        return verified.payload
      } catch (error) {
        failure = error
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break
      }
    }
    throw explain(failure)
  }

  const verifyKeyToken: VerifyToken = async (token, audiences) => {
    const payload = await verifySignature(token)
    if (acceptsAudience(payload.aud, audiences)) return payload
    throw new TokenError(
      `The token's audience is ${JSON.stringify(payload.aud)}, expected ${audiences[0]}. ` +
        'Endpoint of the connection string and address that is dialled must name the same host and port.',
    )
  }

  const verifyServiceToken: VerifyToken = async (token, audiences) => {
    if (isSymmetric(token)) return verifyKeyToken(token, audiences)
    if (!secure || testIssuer === undefined) {
      throw new TokenError('Tokens of Microsoft Entra need TLS (--tls-cert, --tls-key) and a test issuer.')
    }
    try {
      return await verifyEntraToken(token, { testIssuer, clock })
    } catch (error) {
      throw explain(error)
    }
  }

  return { verifyKeyToken, verifyServiceToken }
}

/** The token of an `Authorization: Bearer` header. */
export const readBearer = (header: string | undefined): string | undefined =>
  /^Bearer\s+(.+)$/i.exec(header ?? '')?.[1]?.trim()
