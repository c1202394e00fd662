import { once } from 'node:events'
import { request as sendRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { ErrorBody } from '../../../shared/contract/error-body.ts'
import { startFixture, type Fixture } from '../../conformance/functions-host/fixture.ts'

const KEY = 'the-key-of-a-reader-0001'
const Counts = z.object({ produced: z.number(), ended: z.number() })

let host: Fixture

beforeAll(async () => {
  host = await startFixture(`import '../../fixtures/guarded-app.ts'`, {
    strict: true,
    hostJson: { extensions: { http: { routePrefix: '' } } },
    env: {
      AGENT_GATEWAY_AUTH__API_KEYS__0__NAME: 'reader',
      AGENT_GATEWAY_AUTH__API_KEYS__0__KEY: KEY,
      AGENT_GATEWAY_AUTH__API_KEYS__0__SCOPES: 'streams:read',
      AGENT_GATEWAY_CORS__ENABLED: 'true',
    },
  })
})
afterAll(() => host.stop())

const call = (path: string, init?: RequestInit): Promise<Response> => fetch(host.url + path, init)

const Echo = z.object({
  url: z.string(),
  params: z.record(z.string(), z.string()),
  query: z.array(z.tuple([z.string(), z.string()])),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
})
const echo = async (path: string, init?: RequestInit): Promise<z.infer<typeof Echo>> =>
  Echo.parse(await (await call(path, init)).json())

const errorOf = async (response: Response): Promise<ErrorBody['error']> =>
  ErrorBody.parse(await response.json()).error

const counts = async (): Promise<z.infer<typeof Counts>> => Counts.parse(await (await call('/counts')).json())

/** Opens a response without reading it. */
const open = async (path: string): Promise<IncomingMessage> => {
  const sent = sendRequest(host.url + path).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

const forged = JSON.stringify({
  authorization: `Bearer ${KEY}`,
  'x-mine': 'forged',
  'x-ms-client-principal-id': 'admin',
})

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})

describe('headers', () => {
  test.each(['Headers', 'headers', 'HEADERS'])('are not replaced by the query parameter %s', async (name) => {
    const { headers } = await echo(`/echo/a?${name}=${encodeURIComponent(forged)}`, {
      headers: { 'x-mine': 'real' },
    })
    expect(headers).toMatchObject({ 'x-mine': 'real' })
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('x-ms-client-principal-id')
  })

  test.each(['Headers', 'headers'])('are not replaced by the JSON member %s', async (name) => {
    const { headers, body } = await echo(
      '/echo/a',
      json({ [name]: JSON.parse(forged) }, { 'x-mine': 'real' }),
    )
    expect(headers).toMatchObject({ 'x-mine': 'real', 'content-type': 'application/json' })
    expect(headers).not.toHaveProperty('authorization')
    expect(JSON.parse(body)).toEqual({ [name]: JSON.parse(forged) })
  })

  test('cannot be emptied by the query', async () => {
    const { headers } = await echo('/echo/a?headers=1', { headers: { 'x-mine': 'real' } })
    expect(headers).toMatchObject({ 'x-mine': 'real' })
  })

  test('that are forged let nobody in, and take nobody the access that is his', async () => {
    const query = `?Headers=${encodeURIComponent(forged)}`
    expect((await call(`/closed/a${query}`)).status).toBe(401)
    expect((await call('/closed/a', json({ Headers: JSON.parse(forged) }))).status).toBe(401)
    const mine = { authorization: `Bearer ${KEY}` }
    expect((await call('/closed/a?Headers={}', { headers: mine })).status).toBe(200)
    expect((await call('/closed/a', json({ headers: {} }, mine))).status).toBe(200)
  })

  test('that are none are refused at once, not after the platform gave up', async () => {
    const response = await call(`/echo/a?Headers=${encodeURIComponent('{"a b":"c"}')}`)
    expect([response.status, (await errorOf(response)).code]).toEqual([400, 'bad_request'])
  })
})

describe('parameters', () => {
  test('come from the path, not from the query or the body', async () => {
    const { params, query } = await echo(
      '/echo/real?id=forged&tail=forged&extra=1',
      json({ id: 'forged', tail: 'forged', more: '1' }),
    )
    expect(params).toEqual({ id: 'real', tail: '' })
    expect(query).toEqual([
      ['id', 'forged'],
      ['tail', 'forged'],
      ['extra', '1'],
    ])
  })

  test.each(['a/b', '*', 'did:web:x', 'ünï ☃', '100%', '1234567890123456789', 'true', 'a%20b', '{"a":1}'])(
    'are what the client meant: %s',
    async (id) => {
      const { params } = await echo(`/echo/${encodeURIComponent(id)}/${encodeURIComponent(id)}`)
      expect(params).toEqual({ id, tail: id })
    },
  )
})

describe('a request', () => {
  test('keeps its repeated query parameters and its chunked body', async () => {
    const { query, body } = await echo('/echo/a?q=1&q=2', {
      method: 'POST',
      duplex: 'half',
      body: new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode('in '))
          controller.enqueue(new TextEncoder().encode('pieces'))
          controller.close()
        },
      }),
    })
    expect(query).toEqual([
      ['q', '1'],
      ['q', '2'],
    ])
    expect(body).toBe('in pieces')
  })
})

describe('a handler', () => {
  test('that throws is answered with 500, and the reason stays in the log', async () => {
    const response = await call('/throws', { headers: { 'x-correlation-id': 'it-throws' } })
    expect(response.status).toBe(500)
    expect(await errorOf(response)).toMatchObject({ code: 'internal_error', correlation_id: 'it-throws' })
    const { message } = await host.logged(/thrown on purpose/)
    expect(message).toMatch(/"correlation_id":"it-throws"/)
    expect(message).toMatch(/"function":"throws"/)
  })

  test('that answers nothing is answered with 500', async () => {
    const response = await call('/nothing')
    expect([response.status, (await errorOf(response)).code]).toEqual([500, 'internal_error'])
  })

  test('whose stream breaks cuts the connection', async () => {
    const response = await call('/breaks')
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })

  test('whose client leaves is ended', async () => {
    const before = (await counts()).ended
    const response = await open('/endless')
    await once(response, 'data')
    response.destroy()
    await expect.poll(async () => (await counts()).ended).toBe(before + 1)
  })

  test('whose reader is slow produces no more than the connection takes', async () => {
    const response = await open('/flood')
    let produced = -1
    for (let now = await counts(); now.produced !== produced; now = await counts()) produced = now.produced
    expect(produced).toBeGreaterThan(0)
    expect(produced).toBeLessThan(800)
    let bytes = 0
    for await (const piece of response as AsyncIterable<Buffer>) bytes += piece.length
    expect(bytes).toBe(1600 * 64 * 1024)
    expect((await counts()).produced).toBe(1600)
  })
})

describe('a page of another origin', () => {
  test('is answered its preflight, and may read errors', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'DELETE' }
    const preflight = await call('/v1/whatever', { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE')
    const refused = await call('/closed/a', { headers: { origin: 'https://app.example' } })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*'])
  })
})

test('nothing of all this would hang on Azure', () => {
  expect(host.failures).toEqual([])
})
