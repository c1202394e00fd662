import { ClientError } from '../client-error.ts'

/** Where a gateway is: what HTTP paths are put behind, and its WebSocket address where that was given. */
export type GatewayUrl = { http: string; socket?: string }

/**
 * Reads the address of a gateway: `https://gateway.example`, or that of its WebSocket, `wss://gateway.example/ws`.
 * @throws ClientError `invalid_url`
 */
export const readGatewayUrl = (text: string): GatewayUrl => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const scheme = /^(http|ws)(s?):$/.exec(url?.protocol ?? '')
  if (url === undefined || scheme === null) {
    const like = 'https://gateway.example or wss://gateway.example/ws'
    throw new ClientError('invalid_url', `"${text}" is no address of a gateway. Give one like ${like}.`)
  }
  const path = url.pathname.replace(/\/(ws\/?)?$/, '')
  const http = `http${scheme[2]}://${url.host}${path}`
  return scheme[1] === 'ws' ? { http, socket: text } : { http }
}
