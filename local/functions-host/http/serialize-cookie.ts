import type { RpcCookie } from '../worker/protocol.ts'

const SAME_SITE = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const

/** One `Set-Cookie` value of a non-streaming response. */
export const serializeCookie = (cookie: RpcCookie): string =>
  [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.expires && `expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`,
    cookie.maxAge && `max-age=${Math.trunc(cookie.maxAge.value)}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    cookie.path && `path=${cookie.path.value}`,
    cookie.secure?.value && 'secure',
    cookie.sameSite && cookie.sameSite !== 'none' && `samesite=${SAME_SITE[cookie.sameSite].toLowerCase()}`,
    cookie.httpOnly?.value && 'httponly',
  ]
    .filter(Boolean)
    .join('; ')
