import type { IncomingMessage } from 'node:http'

/** The URL of a request as its sender wrote it: tokens name this address. Throws when the Host header is none. */
export const requestUrl = ({ secure }: { secure: boolean }, { headers, url }: IncomingMessage): URL =>
  new URL(`${secure ? 'https' : 'http'}://${headers.host ?? 'localhost'}${url ?? '/'}`)
