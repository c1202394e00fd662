import { createHmac, timingSafeEqual } from 'node:crypto'
import { audiencePath } from './audience-path.ts'
import { TokenError } from './token-error.ts'

type SasOptions = { keyName: string; key: string }

const PREFIX = 'SharedAccessSignature '

/** `sr` stays as it was encoded: it is signed like that. */
const readFields = (token: string): { sr: string; sig: string; se: string; skn: string } => {
  const text = token.startsWith(PREFIX) ? token.slice(PREFIX.length) : ''
  const fields = new Map(
    text
      .split('&')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const),
  )
  const field = (name: string): string => {
    const value = fields.get(name)
    if (value === undefined) {
      throw new TokenError(
        `The token has no '${name}'. A SAS token is "SharedAccessSignature sr=…&sig=…&se=…&skn=…".`,
      )
    }
    return value
  }
  return { sr: field('sr'), sig: field('sig'), se: field('se'), skn: field('skn') }
}

/**
 * Checks a shared access signature.
 * @returns the path it was signed for, and until when it holds on the client's clock (milliseconds since the epoch).
 * @throws TokenError
 */
export const verifySas = (token: string, options: SasOptions): { path: string; until: number } => {
  const { sr, sig, se, skn } = readFields(token)
  if (decodeURIComponent(skn) !== options.keyName) {
    throw new TokenError(
      `There is no shared access key '${decodeURIComponent(skn)}'. This broker has '${options.keyName}'.`,
    )
  }
  const expected = createHmac('sha256', options.key).update(`${sr}\n${se}`).digest()
  const given = Buffer.from(decodeURIComponent(sig), 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new TokenError(
      'The signature of the token is wrong. Check the SharedAccessKey of the connection string.',
    )
  }
  const until = Number(se) * 1000
  if (!(until > Date.now()))
    throw new TokenError(`The token expired at ${new Date(until || 0).toISOString()}.`)
  return { path: audiencePath(decodeURIComponent(sr)), until }
}
