import { lookup as resolveName, type LookupAddress } from 'node:dns'
import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { tooLarge } from '../errors.ts'
import { EgressError, type EgressRequest, type EgressResponse, type SendHttp } from '../egress.ts'
import { type AllowList, bareHost, createAllowList } from './allow-list.ts'
import { isPublicAddress } from './public-address.ts'

/** Milliseconds that a connection is kept for the next request; most servers close theirs after 5 s or more. */
const KEEP_ALIVE_MS = 4000

const REFUSED = 'EGRESS_REFUSED'

/** Failures before anything was sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

const refused = (host: string): EgressError =>
  new EgressError(
    'refused',
    `${host} is not an address of the public internet, and egress.allow does not list it. Use a public address, or have it added there.`,
  )

const toHeaders = (message: IncomingMessage): Headers => {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(message.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}

/** Connects only to addresses that were checked: the name is resolved here, once, for the connection itself. */
const checkedLookup =
  (allow: AllowList): LookupFunction =>
  (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      const found = error === null ? addresses : []
      const usable = found.filter(({ address }) => isPublicAddress(address) || allow.hasAddress(address))
      const [first] = usable
      if (first !== undefined) {
        if (options.all === true) callback(null, usable as LookupAddress[])
        else callback(null, first.address, first.family)
        return
      }
      callback(error ?? Object.assign(new Error(`${hostname} is refused`), { code: REFUSED }), '')
    })
  }

const readText = async (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(`The answer has more than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function* readBody(
  message: IncomingMessage,
  host: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* message
  } catch (cause) {
    throw new EgressError('broken', `The connection to ${host} broke in the middle of an answer.`, { cause })
  }
}

const toResponse = (message: IncomingMessage, host: string): EgressResponse => {
  const body = readBody(message, host)
  return {
    status: message.statusCode ?? 0,
    headers: toHeaders(message),
    body,
    text: (maxBytes) => readText(body, maxBytes),
  }
}

const toError = (
  error: unknown,
  request: ClientRequest | undefined,
  { url, signal }: EgressRequest,
): EgressError => {
  if (error instanceof EgressError) return error
  const { host, hostname } = url
  const code = codeOf(error)
  if (code === REFUSED) return refused(hostname)
  // A connection that was kept may be closed by the other side just as the request goes out; it may have arrived.
  const wasSent = request?.socket?.connecting === false && !NOT_CONNECTED.has(code ?? '')
  const options = { cause: error }
  if (signal.aborted) return new EgressError('broken', `The request to ${host} was given up.`, options)
  return wasSent
    ? new EgressError(
        'broken',
        `The connection to ${host} broke before its answer (${code ?? 'unknown'}).`,
        options,
      )
    : new EgressError('unreachable', `${host} cannot be reached (${code ?? 'unknown'}).`, options)
}

/**
 * Sends HTTP requests over kept connections. Whatever a user can set is checked: the address that is connected to must
 * be public, or an exception of `egress.allow`.
 */
export const createSendHttp = (options: { allow: readonly string[] }): SendHttp => {
  const allow = createAllowList(options.allow)
  const agents = { keepAlive: true, noDelay: true, timeout: KEEP_ALIVE_MS, scheduling: 'lifo' as const }
  const trusted = { http: new HttpAgent(agents), https: new HttpsAgent(agents) }
  const checked = { http: new HttpAgent(agents), https: new HttpsAgent(agents) }
  const lookup = checkedLookup(allow)

  /** What can be refused without asking for the address. */
  const check = ({ url, target }: EgressRequest): void => {
    const { protocol, username, password, hostname } = url
    if (protocol !== 'http:' && protocol !== 'https:') {
      throw new EgressError('refused', 'Only http and https addresses can be called.')
    }
    if (username !== '' || password !== '') {
      throw new EgressError('refused', 'An address with a user name or password in it is not called.')
    }
    const host = bareHost(hostname)
    const isAllowed = target === 'trusted' || allow.hasHost(host, url.port) || allow.hasAddress(host)
    if (!isAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw refused(hostname)
  }

  const isTrusted = ({ url, target }: EgressRequest): boolean =>
    target === 'trusted' || allow.hasHost(url.hostname, url.port)

  const open = (request: EgressRequest): ClientRequest => {
    const { url, method, headers, body, signal } = request
    const free = isTrusted(request)
    const pool = free ? trusted : checked
    const isSecure = url.protocol === 'https:'
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    return (isSecure ? httpsRequest : httpRequest)(url, {
      method,
      headers: { ...headers, ...length },
      agent: isSecure ? pool.https : pool.http,
      signal,
      ...(free ? {} : { lookup }),
    })
  }

  return (request) =>
    new Promise<EgressResponse>((resolve, reject) => {
      let sent: ClientRequest | undefined
      const fail = (error: unknown): void => reject(toError(error, sent, request))
      try {
        check(request)
        sent = open(request)
      } catch (error) {
        fail(error)
        return
      }
      const { host } = request.url
      const seconds = request.headTimeoutMs / 1000
      const late = setTimeout(
        () =>
          sent?.destroy(new EgressError('timeout', `${host} did not begin to answer within ${seconds} s.`)),
        request.headTimeoutMs,
      )
      sent.on('close', () => clearTimeout(late))
      sent.on('error', fail)
      sent.on('response', (message) => {
        clearTimeout(late)
        resolve(toResponse(message, host))
      })
      sent.end(request.body)
    })
}
