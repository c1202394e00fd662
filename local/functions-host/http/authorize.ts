import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AuthLevel } from '../functions/function-definition.ts'

/** Keys by name: `master`, `default` (every function of level `function`), or the name of one function. */
export type Keys = Readonly<Record<string, string>>

export type Authorize = (
  request: IncomingMessage,
  url: URL,
  need: { level: AuthLevel; functionName?: string },
) => boolean

const equal = (left: string, right: string | undefined): boolean =>
  right !== undefined &&
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())

/** Checks the key of a request: header `x-functions-key` wins over `?code=`. The master key opens everything. */
export const createAuthorize =
  (keys: Keys): Authorize =>
  (request, url, { level, functionName }) => {
    if (level === 'anonymous') return true
    const given = request.headers['x-functions-key']?.toString() ?? url.searchParams.get('code')
    if (given === null) return false
    if (equal(given, keys['master'])) return true
    if (level === 'admin') return false
    const own = functionName === undefined || functionName === 'master' ? undefined : keys[functionName]
    return equal(given, own) || equal(given, keys['default'])
  }

/** As `func start` without `--enable-auth`: every key is right. */
export const allowAll: Authorize = () => true
