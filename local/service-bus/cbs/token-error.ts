/** A token is not good: answered with status 401. */
export class TokenError extends Error {
  override name = 'TokenError'
}
