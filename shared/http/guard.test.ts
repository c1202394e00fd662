import { HttpRequest, InvocationContext } from '@azure/functions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type GuardedServer, startGuardedServer } from '../../tests/fixtures/guarded-server.ts'
import { ErrorBody } from '../contract/error-body.ts'
import { conflict, GatewayError, unavailable } from '../kernel/errors.ts'
import type { GatewayResponse } from './gateway-response.ts'
import type { GuardedRequest } from './guarded-request.ts'

let server: GuardedServer
let count = 0

beforeAll(async () => {
  server = await startGuardedServer()
})
afterAll(() => server.stop())

/** Serves a handler at a path of its own. */
const serve = (
  handler: (request: GuardedRequest<'id'>) => Promise<GatewayResponse>,
  rules: { maxBodyBytes?: number } = {},
): string => {
  const path = `/p${++count}`
  return server.serve(
    path,
    server.guard({ route: `${path}/{id?}`, scope: 'streams:read', ...rules }, handler),
  )
}

const errorOf = async (response: Response): Promise<ErrorBody['error']> =>
  ErrorBody.parse(await response.json()).error

const logged = (correlationId: string): object[] =>
  server.lines.filter((line) => line.correlation_id === correlationId)

describe('an answer', () => {
  test('of JSON carries its type, is not cached, and has the correlation id and the security headers', async () => {
    const address = serve(async () => ({ status: 201, json: { ok: true } }))
    const response = await server.fetch(address, { headers: { 'x-correlation-id': 'c-1' } })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ ok: true })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-correlation-id': 'c-1',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(response.headers.has('strict-transport-security')).toBe(false)
  })

  test('has the headers of its handler over those of the guard, lists as several', async () => {
    const headers = {
      'cache-control': 'max-age=60',
      'x-frame-options': 'SAMEORIGIN',
      'set-cookie': ['a=1', 'b=2'],
    }
    const address = serve(async () => ({ status: 200, headers, text: 'ü' }))
    const response = await server.fetch(address, { headers: { 'x-forwarded-proto': 'https' } })
    expect(await response.text()).toBe('ü')
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('max-age=60')
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('strict-transport-security')).toContain('max-age')
  })

  test('without a body has none, and HEAD gets the headers alone', async () => {
    const empty = await server.fetch(serve(async () => ({ status: 204 })))
    expect([empty.status, await empty.text()]).toEqual([204, ''])
    const address = serve(async () => ({ status: 200, text: 'four' }))
    const head = await server.fetch(address, { method: 'HEAD' })
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['4', ''])
  })
})

describe('a failure', () => {
  const failing = (error: unknown): string =>
    serve(async () => {
      throw error
    })

  test('of the gateway itself is a generic 500, and its reason is logged under the correlation id', async () => {
    const address = failing(new Error('password of the database is 1234'))
    const response = await server.fetch(address, { headers: { 'x-correlation-id': 'c-500' } })
    const error = await errorOf(response)
    expect(response.status).toBe(500)
    expect(error).toMatchObject({ code: 'internal_error', correlation_id: 'c-500', details: {} })
    expect(JSON.stringify(error)).not.toContain('1234')
    expect(logged('c-500')).toMatchObject([
      {
        level: 'error',
        function: expect.any(String),
        error: { message: 'password of the database is 1234' },
      },
    ])
  })

  test('with a meaning has its code, status and details', async () => {
    const response = await server.fetch(failing(conflict('It is there already.', { details: { id: 7 } })))
    expect(response.status).toBe(409)
    expect(await errorOf(response)).toMatchObject({
      code: 'conflict',
      message: 'It is there already.',
      details: { id: 7 },
    })
  })

  test('of a service that passes says when to come again', async () => {
    const response = await server.fetch(
      failing(unavailable('The storage does not answer.', { retryAfterSeconds: 2.5 })),
    )
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3'])
    const plain = await server.fetch(failing(new GatewayError('unavailable', 'x')))
    expect(plain.headers.get('retry-after')).toBe('5')
  })

  test('of an execution names it', async () => {
    const error = new GatewayError('stream_failed', 'x', { executionId: 'e-1' })
    expect(await errorOf(await server.fetch(failing(error)))).toMatchObject({ execution_id: 'e-1' })
  })

  test('that throws no Error, or answers nothing, or answers what cannot be sent, is a 500 too', async () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const addresses = [
      failing('text'),
      failing(undefined),
      serve(async () => undefined as unknown as GatewayResponse),
      serve(async () => ({ status: 200, json: circle })),
      serve(async () => ({ status: 200, json: undefined })),
      serve(async () => ({ status: 99, json: {} })),
      serve(async () => ({ status: 200, headers: { 'x-a': 'b\r\nset-cookie: c=d' }, json: {} })),
    ]
    for (const address of addresses) {
      const response = await server.fetch(address)
      expect(response.status).toBe(500)
      expect(response.headers.has('set-cookie')).toBe(false)
      expect(await errorOf(response)).toMatchObject({ code: 'internal_error' })
    }
  })
})

describe('work that outlasts its answer', () => {
  test('keeps the invocation alive until it has settled, and its failure is logged', async () => {
    const work = Promise.withResolvers<void>()
    const path = `/p${++count}`
    let isOver = false
    const guarded = server.guard({ route: path, scope: 'public' }, async ({ waitUntil, signal }) => {
      waitUntil(work.promise.then(() => Promise.reject(new Error(`after ${signal.aborted}`))))
      return { status: 202 }
    })
    const invocation = Promise.withResolvers<void>()
    const address = server.serve(path, async (request, context) => {
      const answer = await guarded(request, context)
      isOver = true
      invocation.resolve()
      return answer
    })
    const response = await server.fetch(address, { headers: { 'x-correlation-id': 'c-after' } })
    expect([response.status, isOver]).toEqual([202, false])
    work.resolve()
    await invocation.promise
    expect(logged('c-after')).toMatchObject([{ level: 'error', error: { message: 'after true' } }])
  })
})

describe('a request', () => {
  test('has its address, query and headers as they were sent, and its own parameters', async () => {
    const address = serve(async ({ method, url, params, query, headers, correlationId }) => ({
      status: 200,
      json: { method, url, params, q: query.getAll('q'), mine: headers.get('x-mine'), correlationId },
    }))
    const response = await server.fetch(`${address}/a%2Fb?q=1&q=2&id=evil&Headers={"x-mine":"evil"}`, {
      method: 'DELETE',
      headers: { 'x-mine': 'real', 'x-forwarded-host': 'gateway.example', 'x-forwarded-proto': 'https' },
    })
    expect(await response.json()).toEqual({
      method: 'DELETE',
      url: expect.stringMatching(/^https:\/\/gateway\.example\/p\d+\/a%2Fb\?q=1/),
      params: { id: 'a/b' },
      q: ['1', '2'],
      mine: 'real',
      correlationId: response.headers.get('x-correlation-id'),
    })
  })

  test('whose path is no UTF-8, or not of the route, is refused', async () => {
    const address = serve(async () => ({ status: 204 }))
    expect((await server.fetch(`${address}/%E4`)).status).toBe(400)
    expect((await server.fetch(`${address}/a/b`)).status).toBe(404)
  })

  test('has its query checked by rules', async () => {
    const Query = z.object({ from: z.coerce.number().int().min(0, 'must be at least 0').default(0) })
    const address = serve(async (request) => ({ status: 200, json: request.parseQuery(Query) }))
    expect(await (await server.fetch(`${address}?from=3&ticket=x`)).json()).toEqual({ from: 3 })
    expect(await errorOf(await server.fetch(`${address}?from=-1`))).toMatchObject({
      code: 'validation_failed',
      details: { fields: [{ field: 'from', rule: 'must be at least 0' }] },
    })
    expect(await errorOf(await server.fetch(`${address}?from=1&from=2`))).toMatchObject({
      details: { fields: [{ field: 'from', rule: 'must be given once' }] },
    })
  })
})

describe('a body', () => {
  const Body = z.object({ name: z.string().min(1, 'must not be empty') })
  const asJson = (body: NonNullable<RequestInit['body']>, type = 'application/json'): RequestInit => ({
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })

  const chunked = (size: number): RequestInit => ({
    ...asJson(
      new ReadableStream({
        start: (controller) => {
          for (let sent = 0; sent < size; sent += 1000) controller.enqueue(new Uint8Array(1000))
          controller.close()
        },
      }),
    ),
    duplex: 'half',
  })

  test('of JSON passes its schema', async () => {
    const address = serve(async (request) => ({ status: 200, json: await request.json(Body) }))
    expect(await (await server.fetch(address, asJson('{"name":"é"}'))).json()).toEqual({ name: 'é' })
    expect(
      (await server.fetch(address, asJson('{"name":"x"}', 'application/cloudevents+json; charset=utf-8')))
        .status,
    ).toBe(200)
  })

  test('that breaks a rule is refused with the rule', async () => {
    const address = serve(async (request) => ({ status: 200, json: await request.json(Body) }))
    const response = await server.fetch(address, asJson('{"name":""}'))
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error.message).toContain('name: must not be empty')
    expect(error.details).toEqual({ fields: [{ field: 'name', rule: 'must not be empty' }] })
  })

  test('that is no JSON, no UTF-8, or not said to be JSON is refused', async () => {
    const address = serve(async (request) => ({ status: 200, json: await request.json(Body) }))
    const codes = await Promise.all(
      [
        asJson('{'),
        asJson(''),
        asJson(new Uint8Array([0x22, 0xff, 0x22])),
        asJson('{}', 'text/plain'),
        { method: 'POST' },
      ].map(async (request) => (await errorOf(await server.fetch(address, request))).code),
    )
    expect(codes).toEqual([
      'invalid_json',
      'invalid_json',
      'bad_request',
      'unsupported_media_type',
      'unsupported_media_type',
    ])
  })

  test('over the limit is refused, whether it says its length or not', async () => {
    const address = serve(async (request) => ({ status: 200, text: await request.text() }), {
      maxBodyBytes: 5000,
    })
    expect((await server.fetch(address, asJson(new Uint8Array(5000)))).status).toBe(200)
    expect(await errorOf(await server.fetch(address, asJson(new Uint8Array(5001))))).toMatchObject({
      code: 'payload_too_large',
      details: { limit_bytes: 5000 },
    })
    expect((await server.fetch(address, chunked(5000))).status).toBe(200)
    expect((await server.fetch(address, chunked(60_000))).status).toBe(413)
  })

  test('can be read several times and in several ways', async () => {
    const address = serve(async (request) => ({
      status: 200,
      json: [await request.text(), (await request.bytes()).length, await request.json(Body)],
    }))
    expect(await (await server.fetch(address, asJson('{"name":"x"}'))).json()).toEqual([
      '{"name":"x"}',
      12,
      { name: 'x' },
    ])
  })

  test('that nobody reads does not hold up the answer', async () => {
    const address = serve(async () => ({ status: 202 }))
    expect((await server.fetch(address, chunked(3_000_000))).status).toBe(202)
  })
})

describe('what the platform does not hand on', () => {
  test('is refused at once when the query makes the library fail', async () => {
    const address = serve(async () => ({ status: 204 }))
    const response = await server.fetch(`${address}?Headers=[1]`, { invocation: 'never' })
    expect(response.status).toBe(400)
    expect((await errorOf(response)).message).toContain('"headers"')
  })

  test('is answered with 500 when no invocation comes', async () => {
    const own = await startGuardedServer({ unclaimedMs: 20 })
    const response = await own.fetch(`${own.origin}/x`, { invocation: 'never', method: 'POST', body: '{}' })
    expect([response.status, (await errorOf(response)).code]).toEqual([500, 'internal_error'])
    await own.stop()
  })

  test('is answered with 404 without an invocation id', async () => {
    expect((await fetch(`${server.origin}/x`)).status).toBe(404)
  })

  test('is answered through the library when the request was not seen', async () => {
    const handler = server.guard({ route: 'x', scope: 'public' }, async () => ({ status: 204 }))
    const request = new HttpRequest({ method: 'GET', url: 'http://gateway.example/x' })
    const answer = await handler(
      request,
      new InvocationContext({ invocationId: 'unseen', functionName: 'x' }),
    )
    expect(answer).toMatchObject({ status: 500, jsonBody: { error: { code: 'internal_error' } } })
    expect(server.lines.at(-1)).toMatchObject({ level: 'error', function: 'x' })
  })
})
