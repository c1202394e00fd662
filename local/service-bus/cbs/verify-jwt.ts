import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { jwtVerify } from 'jose'
import { TokenError } from './token-error.ts'

/** Who signs the JWTs that this broker takes, in place of Microsoft Entra. */
export type JwtIssuer = {
  issuer?: string | undefined
  /** Default: Azure's. */
  audience?: string | undefined
  /** A secret for HS256, or a public key in PEM for RS256. */
  key: string
}

/** Clients ask for the form with a slash, whose scope then has two: `https://servicebus.azure.net//.default`. */
const AUDIENCES = ['https://servicebus.azure.net', 'https://servicebus.azure.net/']

const readKey = (text: string): KeyObject =>
  text.includes('-----BEGIN') ? createPublicKey(text) : createSecretKey(Buffer.from(text, 'utf8'))

/**
 * Checks a JWT.
 * @returns until when it holds on the client's clock, in milliseconds since the epoch.
 * @throws TokenError
 */
export const verifyJwt = async (token: string, jwtIssuer: JwtIssuer | undefined): Promise<number> => {
  if (jwtIssuer === undefined) {
    throw new TokenError('This broker takes no JWT: start it with --jwt-key to name who signs them.')
  }
  try {
    const { payload } = await jwtVerify(token, readKey(jwtIssuer.key), {
      algorithms: ['HS256', 'RS256'],
      requiredClaims: ['exp'],
      audience: jwtIssuer.audience ?? AUDIENCES,
      ...(jwtIssuer.issuer !== undefined && { issuer: jwtIssuer.issuer }),
    })
    return (payload.exp ?? 0) * 1000
  } catch (error) {
    throw new TokenError(`The JWT is not good: ${error instanceof Error ? error.message : String(error)}`)
  }
}
