import { audiencePath } from './audience-path.ts'
import { TokenError } from './token-error.ts'
import { verifyJwt, type JwtIssuer } from './verify-jwt.ts'
import { verifySas } from './verify-sas.ts'

/** A right to an entity and everything under it. `path` is in lower case; empty stands for the whole namespace. */
export type Claim = { path: string; until: number }

/** Checks tokens. Times are milliseconds since the epoch. */
export type Authority = {
  /** @throws TokenError with the reason. */
  verify(token: { type: string; text: string; audience: string }): Promise<Claim>
}

export type AuthorityOptions = {
  keyName: string
  key: string
  jwtIssuer?: JwtIssuer | undefined
  now(): number
}

/** Whether a claim reaches an address. */
export const covers = (claim: Claim, path: string): boolean =>
  claim.path === '' || claim.path === path || path.startsWith(`${claim.path}/`)

export const createAuthority = (options: AuthorityOptions): Authority => {
  // Clients sign by the real time. A broker whose clock was advanced takes their tokens for as long as they have left.
  const onOurClock = (until: number): number => until - Date.now() + options.now()
  return {
    verify: async ({ type, text, audience }) => {
      const path = audiencePath(audience)
      if (type === 'jwt') return { path, until: onOurClock(await verifyJwt(text, options.jwtIssuer)) }
      if (type !== 'servicebus.windows.net:sastoken') {
        throw new TokenError(
          `Token type '${type}' is not known. Use 'servicebus.windows.net:sastoken' or 'jwt'.`,
        )
      }
      const sas = verifySas(text, options)
      if (!covers({ path: sas.path, until: sas.until }, path)) {
        throw new TokenError(
          `The token is for '${sas.path}', which does not reach '${path}'. Sign it for the entity or one above it.`,
        )
      }
      return { path, until: onOurClock(sas.until) }
    },
  }
}
