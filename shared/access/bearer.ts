import { unauthorized } from '../kernel/errors.ts'

/** RFC 6750, 2.1; the scheme is not case-sensitive (RFC 9110, 11.1). */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i

/**
 * The token of an Authorization header, undefined without a header.
 * @throws GatewayError 401 `invalid_credentials` for any other form.
 */
export const readBearer = (authorization: string | null): string | undefined => {
  if (authorization === null) return undefined
  const token = BEARER.exec(authorization.trim())?.[1]
  if (token !== undefined) return token
  throw unauthorized(
    'invalid_credentials',
    'The Authorization header is not of the form "Bearer KEY". Send an API key of this gateway in that form.',
  )
}
