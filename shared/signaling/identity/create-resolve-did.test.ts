import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { createSendHttp } from '../../kernel/egress/send-http.ts'
import { SignalFailure } from '../signal-failure.ts'
import { createResolveDid } from './create-resolve-did.ts'
import { encodeMultikey } from './multikey.ts'
import { parseDid } from './parse-did.ts'

const TLS = join(import.meta.dirname, '../../../tests/conformance/web-pubsub/tls')
const cert = readFileSync(join(TLS, 'cert.pem'), 'utf8')
const key = readFileSync(join(TLS, 'key.pem'))
// What NODE_EXTRA_CA_CERTS does for a whole process, from its start.
setDefaultCACertificates([...getCACertificates(), cert])

const PUBLIC_KEY = new Uint8Array(32).fill(7)
const KEYS = [Buffer.from(PUBLIC_KEY).toString('base64url')]

const documentOf = (did: string): object => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: did,
  verificationMethod: [
    { id: `${did}#1`, type: 'Multikey', controller: did, publicKeyMultibase: encodeMultikey(PUBLIC_KEY) },
  ],
  authentication: [`${did}#1`],
})

/** A host on the web, and the resolver that may call it. */
const setUp = async (listener: RequestListener, allow: readonly string[] = ['localhost']) => {
  const asked: string[] = []
  const server = createServer({ cert, key }, (request, response) => {
    asked.push(request.url ?? '')
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const clock = createManualClock()
  const resolveDid = createResolveDid({ sendHttp: createSendHttp({ allow }), clock })
  const host = `did:web:localhost%3A${(server.address() as AddressInfo).port}`
  const resolve = async (did = host): Promise<readonly string[]> => {
    const parsed = parseDid(did)
    if (parsed.method !== 'web') throw new Error('Not a did:web.')
    return resolveDid(did, parsed.url)
  }
  return { host, asked, clock, resolve }
}

const failure = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => 'none',
    (reason: unknown) => reason,
  )
  return error instanceof SignalFailure ? `${error.code} ${error.reason}` : String(error)
}

const UNRESOLVABLE = 'INVALID_SIGNATURE unresolvable_did'

test('the keys come from the document at the address of the DID', async () => {
  const { host, asked, resolve } = await setUp((request, response) => {
    const path = request.url === '/agents/one/did.json' ? ':agents:one' : ''
    response.end(JSON.stringify(documentOf(`${host}${path}`)))
  })
  expect(await resolve()).toEqual(KEYS)
  expect(await resolve(`${host}:agents:one`)).toEqual(KEYS)
  expect(asked).toEqual(['/.well-known/did.json', '/agents/one/did.json'])
})

test('all that ask at the same time share one request, and what came is kept five minutes', async () => {
  const { host, asked, clock, resolve } = await setUp((_request, response) => {
    response.end(JSON.stringify(documentOf(host)))
  })
  expect(await Promise.all([resolve(), resolve(), resolve()])).toEqual([KEYS, KEYS, KEYS])
  clock.advance(299_999)
  await resolve()
  expect(asked).toHaveLength(1)
  clock.advance(1)
  expect(await resolve()).toEqual(KEYS)
  expect(asked).toHaveLength(2)
})

test('a failure is kept 30 seconds', async () => {
  let status = 404
  const { host, asked, clock, resolve } = await setUp((_request, response) => {
    response.writeHead(status).end(JSON.stringify(documentOf(host)))
  })
  expect(await failure(resolve())).toBe(UNRESOLVABLE)
  status = 200
  clock.advance(29_999)
  expect(await failure(resolve())).toBe(UNRESOLVABLE)
  expect(asked).toHaveLength(1)
  clock.advance(1)
  expect(await resolve()).toEqual(KEYS)
})

test.each<[string, RequestListener]>([
  ['a redirect', (_request, response) => response.writeHead(302, { location: '/other' }).end()],
  ['a broken server', (_request, response) => response.writeHead(503).end()],
  ['no JSON', (_request, response) => response.end('<html>')],
  ['no document', (_request, response) => response.end('[]')],
  [
    'the document of another',
    (_request, response) => response.end(JSON.stringify(documentOf('did:web:other.com'))),
  ],
  ['more than 64 KiB', (_request, response) => response.end(' '.repeat(64 * 1024 + 1))],
  ['a broken connection', (request) => request.socket.destroy()],
])('%s resolves nothing', async (_what, listener) => {
  const { asked, resolve } = await setUp(listener)
  expect(await failure(resolve())).toBe(UNRESOLVABLE)
  expect(asked).toEqual(['/.well-known/did.json'])
})

test('a private address is not called, and that is all that is told', async () => {
  const { asked, resolve } = await setUp((_request, response) => response.end('{}'), [])
  const refused = resolve()
  expect(await failure(refused)).toBe(UNRESOLVABLE)
  await expect(refused).rejects.not.toThrow('127.0.0.1')
  expect(asked).toEqual([])
})

test.each<[string, RequestListener]>([
  ['does not begin', () => undefined],
  ['does not end', (_request, response) => response.write('{')],
])('an answer that %s within three seconds is too late', async (_what, listener) => {
  const asked = Promise.withResolvers<void>()
  const { clock, resolve } = await setUp((request, response) => {
    listener(request, response)
    asked.resolve()
  })
  const resolved = failure(resolve())
  await asked.promise
  clock.advance(3000)
  expect(await resolved).toBe('TIMEOUT slow_did')
  expect(clock.sleeping()).toBe(0)
})

test('however many documents are wanted, 32 are asked for at a time; who waits too long is told so', async () => {
  const full = Promise.withResolvers<void>()
  const { host, asked, clock, resolve } = await setUp(() => {
    if (asked.length === 32) full.resolve()
  })
  const wanted = Array.from({ length: 40 }, (_, index) => failure(resolve(`${host}:${index}`)))
  await full.promise
  clock.advance(3000)
  expect(new Set(await Promise.all(wanted))).toEqual(new Set(['TIMEOUT slow_did']))
  expect(asked).toHaveLength(32)
})
