import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { EgressError, type EgressRequest } from '../egress.ts'
import { createSendHttp } from './send-http.ts'

const serve = async (listener: RequestListener): Promise<{ url: URL; server: Server }> => {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x?secret=1`) }
}

const get = (url: URL, members: Partial<EgressRequest> = {}): EgressRequest => ({
  method: 'GET',
  url,
  headers: {},
  signal: new AbortController().signal,
  headTimeoutMs: 20_000,
  target: 'trusted',
  ...members,
})

const kindOf = async (sent: Promise<unknown>): Promise<string> => {
  const error: unknown = await sent.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof EgressError ? error.kind : String(error)
}

test('status, headers and body come as they are, redirects too', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/', 'x-a': 'b' }).end('moved')
  })
  const answer = await createSendHttp({ allow: [] })(get(url))
  expect(answer.status).toBe(302)
  expect(answer.headers.get('x-a')).toBe('b')
  expect(await answer.text(100)).toBe('moved')
})

test('a body is sent with its length, over a connection that is kept', async () => {
  const seen: Array<[string | undefined, number | undefined]> = []
  const { url } = await serve((request, response) => {
    seen.push([request.headers['content-length'], request.socket.remotePort])
    request.resume().on('end', () => response.end('ok'))
  })
  const send = createSendHttp({ allow: [] })
  for (let count = 0; count < 2; count++) {
    const answer = await send(get(url, { method: 'POST', body: 'grüße' }))
    await answer.text(100)
    await turn()
  }
  expect(seen.map(([length]) => length)).toEqual(['7', '7'])
  expect(seen[0]?.[1]).toBe(seen[1]?.[1])
})

test('a private address that a user set is refused, by address and by name', async () => {
  const { url } = await serve((_request, response) => response.end())
  const send = createSendHttp({ allow: [] })
  expect(await kindOf(send(get(url, { target: 'checked' })))).toBe('refused')
  const byName = new URL(url)
  byName.hostname = 'localhost'
  expect(await kindOf(send(get(byName, { target: 'checked' })))).toBe('refused')
  expect(await kindOf(send(get(new URL('file:///etc/passwd'))))).toBe('refused')
  expect(await kindOf(send(get(new URL('http://user:word@example.com/'))))).toBe('refused')
})

test.each([['127.0.0.1'], ['127.0.0.0/8'], ['HOST']])('egress.allow %s lets it through', async (entry) => {
  const { url } = await serve((_request, response) => response.end('ok'))
  const send = createSendHttp({ allow: [entry.replace('HOST', url.host)] })
  expect((await send(get(url, { target: 'checked' }))).status).toBe(200)
})

test('an address that is allowed may be reached by its name', async () => {
  const { url } = await serve((_request, response) => response.end('ok'))
  const byName = new URL(url)
  byName.hostname = 'localhost'
  const send = createSendHttp({ allow: ['127.0.0.1'] })
  expect((await send(get(byName, { target: 'checked' }))).status).toBe(200)
})

test('what was never sent is told from what may have arrived', async () => {
  const { url, server } = await serve((request) => request.socket.destroy())
  const send = createSendHttp({ allow: [] })
  expect(await kindOf(send(get(url)))).toBe('broken')
  server.close()
  await once(server, 'close')
  expect(await kindOf(send(get(url)))).toBe('unreachable')
  expect(await kindOf(send(get(new URL('http://no-such-host.invalid/'))))).toBe('unreachable')
})

test('an answer that does not begin in time is a timeout', async () => {
  const { url } = await serve(() => undefined)
  expect(await kindOf(createSendHttp({ allow: [] })(get(url, { headTimeoutMs: 20 })))).toBe('timeout')
})

test('an answer that breaks off is told, and one that is too long is cut', async () => {
  const { url } = await serve((request, response) => {
    response.write('x'.repeat(1000))
    if (request.method === 'POST') setImmediate(() => request.socket.destroy())
    else response.end()
  })
  const send = createSendHttp({ allow: [] })
  await expect((await send(get(url))).text(10)).rejects.toThrow('more than 10 bytes')
  expect(await kindOf((await send(get(url, { method: 'POST' }))).text(10_000))).toBe('broken')
})

test('a stream ends when its signal aborts', async () => {
  const left = Promise.withResolvers<void>()
  const { url } = await serve((request, response) => {
    response.write('data')
    request.socket.on('close', () => left.resolve())
  })
  const abort = new AbortController()
  const { body } = await createSendHttp({ allow: [] })(get(url, { signal: abort.signal }))
  const chunks = body[Symbol.asyncIterator]()
  await chunks.next()
  abort.abort()
  await expect(chunks.next()).rejects.toThrow(EgressError)
  await left.promise
})

test('an error never tells the query of an address', async () => {
  const { url } = await serve((request) => request.socket.destroy())
  const error: unknown = await createSendHttp({ allow: [] })(get(url)).catch((reason: unknown) => reason)
  expect(String(error)).not.toContain('secret')
})

/** A server that speaks without HTTP's help: each piece is what a connection has sent so far since the last answer. */
const serveRaw = async (onRequest: (socket: Socket, text: string) => void): Promise<URL> => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data) => onRequest(socket, data.toString()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

test.each([
  ['POST', 'broken', 2],
  ['GET', 'ok', 3],
])('%s over a kept connection that is closed ends as %s', async (method, end, requests) => {
  let seen = 0
  // The first connection serves one request and is closed by the second one.
  const url = await serveRaw((socket) => {
    seen++
    if (seen === 2) socket.resetAndDestroy()
    else socket.write(OK)
  })
  const send = createSendHttp({ allow: [] })
  await (await send(get(url, { method }))).text(10)
  await turn()
  const second = send(get(url, { method })).then((answer) => answer.text(10))
  expect(await second.catch((error: unknown) => error instanceof EgressError && error.kind)).toBe(end)
  expect(seen).toBe(requests)
})

test('where TLS fails nothing was sent', async () => {
  const secure = (url: URL): URL => new URL(`https://${url.host}/`)
  const plain = await serveRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const silent = await serveRaw(() => undefined)
  const send = createSendHttp({ allow: [] })
  expect(await kindOf(send(get(secure(plain))))).toBe('unreachable')
  expect(await kindOf(send(get(secure(silent), { headTimeoutMs: 50 })))).toBe('unreachable')
})

test.each([
  ['cut short', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok'],
  ['no HTTP', 'hello\r\n\r\n'],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
])('an answer that is %s is broken', async (_name, answer) => {
  const url = await serveRaw((socket) => socket.end(answer))
  const sent = createSendHttp({ allow: [] })(get(url)).then((response) => response.text(100))
  expect(await kindOf(sent)).toBe('broken')
})

test('a header that cannot be written is refused, and its value not told', async () => {
  const { url } = await serve((_request, response) => response.end())
  const headers = { authorization: 'secret\r\nx-more: 1' }
  const error: unknown = await createSendHttp({ allow: [] })(get(url, { headers })).catch((e: unknown) => e)
  expect(error).toMatchObject({ kind: 'refused', message: expect.not.stringContaining('secret') })
})

test('a connection to an address that was never checked does not serve a request that must be', async () => {
  const { url } = await serve((_request, response) => response.end('ok'))
  const byName = new URL(url)
  byName.hostname = 'localhost'
  const send = createSendHttp({ allow: [] })
  await (await send(get(byName))).text(10)
  await turn()
  expect(await kindOf(send(get(byName, { target: 'checked' })))).toBe('refused')
})

test('a body is taken from the host as fast as it is read, and no faster', async () => {
  const TOTAL = 64 * 1024 * 1024
  const chunk = Buffer.alloc(256 * 1024)
  const { promise: closed, resolve: onClose } = Promise.withResolvers<number>()
  const { url } = await serve((request, response) => {
    if (request.method === 'GET') return void response.end('ok')
    let written = 0
    const writeOn = (): void => {
      while (written < TOTAL) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', writeOn)
      }
      response.end()
    }
    response.on('close', () => onClose(written))
    writeOn()
  })
  const send = createSendHttp({ allow: [] })
  for await (const first of (await send(get(url, { method: 'POST' }))).body) {
    expect(first.byteLength).toBeGreaterThan(0)
    // Time enough for the rest, were it taken.
    for (let count = 0; count < 100; count++) await (await send(get(url))).text(10)
    break
  }
  expect(await closed).toBeLessThan(TOTAL)
})
