import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { EgressError, type EgressRequest, type EgressResponse, type SendHttp } from '../egress.ts'
import { type AllowList, createAllowList, targetOf } from './allow-list.ts'
import { createCheckedLookup, notPublic } from './checked-lookup.ts'
import { isPublicAddress } from './public-address.ts'
import { codeOf, toEgressError } from './to-egress-error.ts'
import { toResponse } from './to-response.ts'

/** Milliseconds that a connection is kept for the next request; most servers close theirs after 5 s or more. */
const KEEP_ALIVE_MS = 4000

/** How a connection ends that the other side closed while it was kept. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE'])

/** Connections of `checked` requests are their own: those of `trusted` ones may lead to addresses that were never checked. */
const openPools = () => {
  const options = { keepAlive: true, noDelay: true, timeout: KEEP_ALIVE_MS, scheduling: 'lifo' as const }
  const open = () => ({ 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) })
  return { trusted: open(), checked: open() }
}

/** Refuses what can be refused without resolving a name. @returns whether the address needs no check. */
const checkUrl = ({ url, target }: EgressRequest, isAllowed: AllowList): boolean => {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new EgressError('refused', 'Only http and https addresses can be called.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new EgressError('refused', 'An address with a user name or password in it is not called.')
  }
  const { host, port } = targetOf(url)
  if (target === 'trusted' || isAllowed({ host, port })) return true
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw notPublic(host)
  return false
}

/** @throws EgressError `refused` when the request cannot be written, as for a line break in a header. */
const createOpen = (isAllowed: AllowList): ((request: EgressRequest) => ClientRequest) => {
  const pools = openPools()
  return (request) => {
    const { url, method, headers, body, signal } = request
    const isFree = checkUrl(request, isAllowed)
    const { port } = targetOf(url)
    const protocol = url.protocol === 'https:' ? 'https:' : 'http:'
    const options = {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: pools[isFree ? 'trusted' : 'checked'][protocol],
      signal,
      ...(isFree ? {} : { lookup: createCheckedLookup({ isAllowed: (host) => isAllowed({ host, port }) }) }),
    }
    try {
      return (protocol === 'https:' ? httpsRequest : httpRequest)(url, options)
    } catch (cause) {
      const message = `The request to ${url.host} was not sent: its method or a header is not valid (${codeOf(cause)}).`
      throw new EgressError('refused', message, { cause })
    }
  }
}

/**
 * Sends HTTP requests over kept connections. Whatever a user can set is checked: the address that is connected to must
 * be public, or an exception of `egress.allow`.
 */
export const createSendHttp = (options: { allow: readonly string[] }): SendHttp => {
  const open = createOpen(createAllowList(options.allow))

  const send: SendHttp = (request) =>
    new Promise<EgressResponse>((resolve, reject) => {
      const { url, method, headTimeoutMs } = request
      const sent = open(request)
      let wasConnected = false
      let wasAnswered = false

      sent.on('socket', (socket) => {
        if (!socket.connecting) wasConnected = true
        else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (wasConnected = true))
      })
      const late = setTimeout(() => {
        const [kind, what] = wasConnected
          ? (['timeout', 'did not begin to answer'] as const)
          : (['unreachable', 'took no connection'] as const)
        sent.destroy(new EgressError(kind, `${url.host} ${what} within ${headTimeoutMs / 1000} s.`))
      }, headTimeoutMs)

      sent.on('close', () => {
        clearTimeout(late)
        // Without an error or an answer, as after a 101 that nobody asked for.
        if (!wasAnswered) reject(toEgressError(undefined, request, wasConnected))
      })
      sent.on('error', (error) => {
        // What only reads may be sent twice (RFC 9110, 9.2.1), so a kept connection that was closed does no harm.
        const isRepeatable = sent.reusedSocket && (method === 'GET' || method === 'HEAD')
        if (isRepeatable && CLOSED.has(codeOf(error))) resolve(send(request))
        else reject(toEgressError(error, request, wasConnected))
      })
      sent.on('response', (message) => {
        wasAnswered = true
        clearTimeout(late)
        resolve(toResponse(message, url.host))
      })
      sent.end(request.body)
    })
  return send
}
