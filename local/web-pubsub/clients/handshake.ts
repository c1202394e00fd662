import type { IncomingMessage } from 'node:http'
import type { ServiceContext } from '../context.ts'
import { decodeSegment } from '../decode-segment.ts'
import type { Hub } from '../hubs/hub.ts'
import { requestUrl } from '../request-url.ts'
import { HandshakeError } from './refuse.ts'

/** What a client asks for when it connects. */
export type Handshake = {
  hub: Hub
  url: URL
  headers: IncomingMessage['headers']
  /** The sub-protocols on offer, in the client's order. */
  subprotocols: string[]
}

const PATH = /^\/client\/hubs\/([^/]+)\/?$/

const readHubName = (url: URL): string => {
  if (/^\/client\/?$/.test(url.pathname)) return url.searchParams.get('hub') ?? ''
  const segment = PATH.exec(url.pathname)?.[1]
  if (segment === undefined) {
    throw new HandshakeError(
      404,
      `No WebSocket endpoint at ${url.pathname}. Clients connect to /client/hubs/{hub}.`,
    )
  }
  return decodeSegment(segment) ?? ''
}

/**
 * Reads the request of a client.
 * @throws HandshakeError when path or hub name are wrong.
 */
export const readHandshake = (context: ServiceContext, request: IncomingMessage): Handshake => {
  const url = requestUrl(context, request)
  const name = readHubName(url)
  const hub = context.hubs.find(name)
  if (hub === undefined) {
    throw new HandshakeError(
      400,
      `'${name}' is not a hub name: a letter first, then letters, digits, _ \` , . [ ]`,
    )
  }
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  const subprotocols = offered
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return { hub, url, headers: request.headers, subprotocols }
}

/** The audiences that a client token for this handshake may have. */
export const clientAudiences = ({ url, hub }: Handshake): string[] => [
  `${url.origin}/client/hubs/${hub.name}`,
  `${url.origin}/client/?hub=${hub.name}`,
  `${url.origin}/client?hub=${hub.name}`,
]

/** The query as the event handler gets it, without the token. */
export const listQuery = (url: URL): Record<string, string[]> =>
  Object.fromEntries(
    [...new Set(url.searchParams.keys())]
      .filter((name) => name !== 'access_token')
      .map((name) => [name, url.searchParams.getAll(name)]),
  )

/** The headers as the event handler gets them, without the token. */
export const listHeaders = (headers: Handshake['headers']): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => name !== 'authorization' && value !== undefined)
      .map(([name, value]) => [name, [value ?? []].flat()]),
  )
