import { once } from 'node:events'
import { request as sendRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import http from 'node:http'
import { app } from '@azure/functions'

const raw = new Map<string, { request: http.IncomingMessage; response: http.ServerResponse }>()
const createServer = http.createServer
http.createServer = ((...args: []) => {
  const server = createServer(...args)
  server.on('request', (request, response) => {
    const id = String(request.headers['x-ms-invocation-id'])
    raw.set(id, { request, response })
    response.on('close', () => console.log('raw close ' + request.url + ' finished=' + response.writableFinished))
  })
  return server
}) as typeof http.createServer

app.setup({ enableHttpStream: true })

app.http('echo', {
  methods: ['GET', 'POST', 'PUT'],
  authLevel: 'anonymous',
  route: 'echo/{id}/{tail?}',
  handler: async (request, context) => {
    const seen = raw.get(context.invocationId)
    return {
      status: 201,
      headers: { 'x-mode': 'stream' },
      cookies: [{ name: 'a', value: '1' }, { name: 'b', value: '2', httpOnly: true }],
      jsonBody: {
        url: request.url,
        query: [...request.query.entries()],
        params: request.params,
        headers: Object.fromEntries(request.headers),
        rawHeaders: seen?.request.headers,
        body: request.body === null ? null : await request.text(),
        metadata: context.triggerMetadata ?? null,
        trace: context.traceContext,
      },
    }
  },
})
app.http('chunks', {
  authLevel: 'anonymous',
  handler: async () => {
    const encoder = new TextEncoder()
    return {
      headers: { 'content-type': 'text/event-stream', connection: 'x-dropped', 'x-dropped': 'yes', 'x-kept': 'yes' },
      body: (async function* () {
        for (let index = 0; index < 3; index++) {
          yield encoder.encode('chunk ' + index + '\\n')
          await new Promise((resolve) => setImmediate(resolve))
        }
      })() as unknown as ReadableStream,
    }
  },
})
let produced = 0
app.http('endless', {
  authLevel: 'anonymous',
  handler: async (request, context) => ({
    body: (async function* () {
      for (let index = 0; index < 20; index++) {
        produced++
        yield new TextEncoder().encode('tick ' + index + '\\n')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      console.log('endless ran to its end after ' + produced)
    })() as unknown as ReadableStream,
  }),
})
app.http('flood', {
  authLevel: 'anonymous',
  handler: async () => ({
    body: (async function* () {
      const block = Buffer.alloc(65536, 'x')
      for (let index = 0; index < 400; index++) yield block
      console.log('flood produced everything')
    })() as unknown as ReadableStream,
  }),
})
app.http('length', {
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request) => {
    let bytes = 0
    for await (const chunk of request.body ?? []) bytes += chunk.length
    return { jsonBody: { bytes } }
  },
})
`

let host: Fixture
beforeAll(async () => {
  host = await startFixture(SOURCE)
})
afterAll(() => host.stop())

const Echo = z.object({
  url: z.string(),
  query: z.array(z.tuple([z.string(), z.string()])),
  params: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  rawHeaders: z.record(z.string(), z.unknown()),
  body: z.string().nullable(),
  metadata: z.null(),
  trace: z.object({ traceParent: z.string(), traceState: z.string() }),
})

const echo = async (path: string, init: RequestInit = {}): Promise<z.infer<typeof Echo>> => {
  const response = await fetch(`${host.url}/api/echo/${path}`, init)
  expect(response.status).toBe(201)
  return Echo.parse(await response.json())
}

const open = async (path: string): Promise<{ response: IncomingMessage; leave(): void }> => {
  const outgoing = sendRequest(`${host.url}${path}`).end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { response, leave: () => outgoing.destroy() }
}

describe('an HTTP request in streaming mode', () => {
  test('reaches the handler with its own URL, method, route values and headers', async () => {
    const seen = await echo('7?x=1&x=2', { headers: { 'X-Thing': 'kept', 'content-type': 'text/plain' } })
    expect(seen.url).toBe(`${host.url}/api/echo/7?x=1&x=2`)
    expect(seen.query).toEqual([
      ['x', '1'],
      ['x', '2'],
    ])
    expect(seen.params).toMatchObject({ id: '7' })
    expect(seen.headers).toMatchObject({ 'x-thing': 'kept' })
    expect(seen.metadata).toBeNull()
  })

  test('answers with status, headers, several cookies and the invocation id', async () => {
    const response = await fetch(`${host.url}/api/echo/7`)
    expect(response.headers.get('x-mode')).toBe('stream')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; HttpOnly'])
    expect(response.headers.get('x-ms-invocation-id')).toMatch(/^[0-9a-f-]{36}$/)
    await response.body?.cancel()
  })

  test('carries the forwarding headers that the library needs, on the raw request only', async () => {
    const seen = await echo('7', { headers: { 'x-forwarded-for': '10.0.0.9' } })
    const { host: authority } = new URL(host.url)
    expect(seen.rawHeaders).toMatchObject({
      'x-forwarded-host': authority,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '10.0.0.9, 127.0.0.1',
    })
    expect(seen.headers).not.toHaveProperty('x-forwarded-host')
    expect(seen.headers).not.toHaveProperty('x-ms-invocation-id')
  })

  test('continues the caller’s trace', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const seen = await echo('7', {
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-01`, tracestate: 'v=1' },
    })
    expect(seen.trace.traceParent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
    expect(seen.trace.traceState).toBe('v=1')
  })

  test('passes a body with a length and a chunked one', async () => {
    expect((await echo('7', { method: 'POST', body: 'hello' })).body).toBe('hello')
    const chunked = await echo('7', {
      method: 'POST',
      duplex: 'half',
      body: ReadableStream.from([Buffer.from('hel'), Buffer.from('lo')]),
    } as RequestInit)
    expect(chunked.body).toBe('hello')
  })

  test('relays the chunks of a response as they come, without hop-by-hop headers', async () => {
    const { response } = await open('/api/chunks')
    expect(response.headers['x-kept']).toBe('yes')
    expect(response.headers).not.toHaveProperty('x-dropped')
    expect(response.headers['content-type']).toBe('text/event-stream')
    const text = (await response.toArray()).join('')
    expect(text).toBe('chunk 0\nchunk 1\nchunk 2\n')
  })
})

describe('the traps of streaming mode', () => {
  test('query and JSON body add parameters; the route’s own values win', async () => {
    const seen = await echo('7?id=9&extra=query&flag=', {
      method: 'POST',
      body: JSON.stringify({ id: 'body', other: 5, yes: true, none: null, list: [1], inner: { a: 1 } }),
    })
    expect(seen.params).toEqual({ id: '7', extra: 'query', flag: '', other: '5', yes: 'True' })
  })

  test('an optional route parameter that is absent comes from the query', async () => {
    expect((await echo('7?tail=forged')).params).toMatchObject({ tail: 'forged' })
    expect((await echo('7/real?tail=forged')).params).toMatchObject({ tail: 'real' })
  })

  test('another spelling in the query takes a route parameter’s name away', async () => {
    const { params } = await echo('7?ID=9')
    expect(params).toEqual({ ID: '7' })
  })

  test('the key in ?code= is no parameter', async () => {
    expect((await echo('7?code=secret')).params).not.toHaveProperty('code')
  })

  test('a JSON text in ?Headers= replaces all request headers', async () => {
    const forged = encodeURIComponent(JSON.stringify({ 'x-ms-client-principal-id': 'admin' }))
    const seen = await echo(`7?Headers=${forged}`, { headers: { authorization: 'Bearer real' } })
    expect(seen.headers).toEqual({ 'x-ms-client-principal-id': 'admin' })
    expect(seen.rawHeaders).toMatchObject({ authorization: 'Bearer real' })
  })

  test('a body property "Headers" replaces them too, and "headers" empties them', async () => {
    const forged = await echo('7', { method: 'POST', body: '{"Headers":{"x-forged":"1"}}' })
    expect(forged.headers).toEqual({ 'x-forged': '1' })
    const emptied = await echo('7?headers=1', { headers: { authorization: 'Bearer real' } })
    expect(emptied.headers).toEqual({})
  })

  test('the body of a chunked request adds nothing: the host does not read it', async () => {
    const seen = await echo('7', {
      method: 'POST',
      duplex: 'half',
      body: ReadableStream.from([Buffer.from('{"extra":"body"}')]),
    } as RequestInit)
    expect(seen.params).toEqual({ id: '7' })
  })

  test('a client that leaves closes the raw response, while the handler runs on', async () => {
    const { response, leave } = await open('/api/endless')
    await once(response, 'data')
    leave()
    await host.logged(/raw close \/api\/endless finished=false/)
    await host.logged(/endless ran to its end after 20/)
  })

  test('a reader that pauses does not slow the handler down', async () => {
    const { response, leave } = await open('/api/flood')
    response.pause()
    await host.logged(/flood produced everything/)
    leave()
  })
})

describe('the body limit', () => {
  test('a longer announced body is 413', async () => {
    const { hostname, port } = new URL(host.url)
    const socket = connect(Number(port), hostname)
    socket.write(`POST /api/length HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
  })

  test('a chunked body that grows over it is 413', async () => {
    const block = Buffer.alloc(1024 * 1024)
    const blocks = function* () {
      for (let index = 0; index < 101; index++) yield block
    }
    const response = await fetch(`${host.url}/api/length`, {
      method: 'POST',
      duplex: 'half',
      body: ReadableStream.from(blocks()),
    } as RequestInit)
    expect(response.status).toBe(413)
  })
})
