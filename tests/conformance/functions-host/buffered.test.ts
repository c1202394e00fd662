import { once } from 'node:events'
import { request as sendRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app, output } from '@azure/functions'

app.http('echo', {
  methods: ['GET', 'POST', 'HEAD'],
  authLevel: 'anonymous',
  route: 'echo/{id}',
  handler: async (request, context) => ({
    jsonBody: {
      url: request.url,
      query: [...request.query.entries()],
      params: request.params,
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? null : await request.text(),
      metadata: context.triggerMetadata ?? null,
    },
  }),
})
app.http('bytes', {
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request) => ({ body: Buffer.from(await request.arrayBuffer()), headers: { 'content-type': 'application/octet-stream' } }),
})
app.http('cookies', {
  authLevel: 'anonymous',
  handler: async () => ({
    status: 202,
    headers: { 'x-own': 'yes' },
    cookies: [
      { name: 'a', value: 'b c', path: '/', maxAge: 60, httpOnly: true, secure: true, sameSite: 'Strict' },
      { name: 'd', value: 'e', domain: 'example.org', expires: new Date('1971-01-01T00:00:00Z') },
    ],
    body: 'text',
  }),
})
app.http('streamed', {
  authLevel: 'anonymous',
  handler: async () => ({
    body: (async function* () { yield Buffer.from('one '); yield Buffer.from('two') })() as unknown as ReadableStream,
  }),
})
app.http('throws', { authLevel: 'anonymous', handler: async () => { throw new Error('boom') } })
app.http('nothing', { authLevel: 'anonymous', handler: async () => undefined })
app.http('text', { authLevel: 'anonymous', handler: async () => 'not an object' as never })
app.http('empty', { authLevel: 'anonymous', handler: async () => ({ status: 304, body: 'dropped' }) })
const extra = output.http({ name: 'other' } as never)
app.generic('extra', {
  trigger: { type: 'httpTrigger', name: 'request', authLevel: 'anonymous', methods: ['GET'] },
  extraOutputs: [extra],
  handler: async (_request: unknown, context: { extraOutputs: { set(output: unknown, value: unknown): void } }) => {
    context.extraOutputs.set(extra, { status: 203, body: 'by name' })
  },
} as never)
`

let host: Fixture
beforeAll(async () => {
  host = await startFixture(SOURCE, {
    hostJson: { extensions: { http: { customHeaders: { 'x-content-type-options': 'nosniff' } } } },
  })
})
afterAll(() => host.stop())

const Echo = z.object({
  url: z.string(),
  query: z.array(z.tuple([z.string(), z.string()])),
  params: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  metadata: z.null(),
})

const echo = async (path: string, init: RequestInit = {}): Promise<z.infer<typeof Echo>> =>
  Echo.parse(await (await fetch(`${host.url}/api/echo/${path}`, init)).json())

describe('an HTTP request in non-streaming mode', () => {
  test('joins the values of a repeated query key, while the URL keeps them', async () => {
    const seen = await echo('7?x=1&x=2&y=')
    expect(seen.query).toEqual([
      ['x', '1,2'],
      ['y', ''],
    ])
    expect(seen.url).toBe(`${host.url}/api/echo/7?x=1&x=2&y=`)
  })

  test('takes parameters from the route and headers from the request alone', async () => {
    const forged = encodeURIComponent('{"x-forged":"1"}')
    const seen = await echo(`7?Headers=${forged}&extra=1`, {
      method: 'POST',
      headers: { 'x-real': 'yes' },
      body: '{"id":"body","Headers":{"x-forged":"1"}}',
    })
    expect(seen.params).toEqual({ id: '7' })
    expect(seen.headers).toMatchObject({ 'x-real': 'yes' })
    expect(seen.headers).not.toHaveProperty('x-forged')
    expect(seen.metadata).toBeNull()
  })

  test('passes a body with a length; a chunked one arrives empty', async () => {
    expect((await echo('7', { method: 'POST', body: 'hello' })).body).toBe('hello')
    const chunked = { method: 'POST', duplex: 'half', body: ReadableStream.from([Buffer.from('hello')]) }
    expect((await echo('7', chunked as RequestInit)).body).toBeNull()
  })

  test('keeps every byte of a binary body in both directions', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    const response = await fetch(`${host.url}/api/bytes`, { method: 'POST', body: bytes })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  })

  test('answers HEAD without a body but with its length', async () => {
    const outgoing = sendRequest(`${host.url}/api/echo/7`, { method: 'HEAD' }).end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect(Number(response.headers['content-length'])).toBeGreaterThan(0)
    expect(await response.toArray()).toEqual([])
  })
})

describe('a response in non-streaming mode', () => {
  test('has status, headers, cookies and those of host.json', async () => {
    const response = await fetch(`${host.url}/api/cookies`)
    expect(response.status).toBe(202)
    expect(response.headers.get('x-own')).toBe('yes')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.getSetCookie()).toEqual([
      'a=b%20c; max-age=60; path=/; secure; samesite=strict; httponly',
      'd=e; expires=Fri, 01 Jan 1971 00:00:00 GMT; domain=example.org',
    ])
    expect(await response.text()).toBe('text')
  })

  test('collects a stream before it is sent', async () => {
    const response = await fetch(`${host.url}/api/streamed`)
    expect(response.headers.get('content-length')).toBe('7')
    expect(await response.text()).toBe('one two')
  })

  test('may come from a named output', async () => {
    const response = await fetch(`${host.url}/api/extra`)
    expect([response.status, await response.text()]).toEqual([203, 'by name'])
  })

  test.each([
    ['throws', 500],
    ['text', 500],
    ['nothing', 204],
    ['empty', 304],
  ])('of a handler that %s is %i without a body', async (name, status) => {
    const response = await fetch(`${host.url}/api/${name}`)
    expect(response.status).toBe(status)
    expect(await response.text()).toBe('')
    expect(response.headers.get('x-local-host-warning')).toBeNull()
  })
})
