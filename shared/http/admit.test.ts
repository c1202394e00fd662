import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GuardedServer, startGuardedServer } from '../../tests/fixtures/guarded-server.ts'

const READER = 'the-key-of-a-reader-0001'
const ADMIN = 'the-key-of-an-admin-0001'
const INVOKER = 'the-key-of-an-invoker-01'

let server: GuardedServer

beforeAll(async () => {
  server = await startGuardedServer({
    env: {
      AGENT_GATEWAY_SECRET_KEY: 's'.repeat(32),
      AGENT_GATEWAY_AUTH__API_KEYS: JSON.stringify([
        { name: 'reader', key: READER, scopes: ['streams:read'] },
        { name: 'admin', key: ADMIN, scopes: ['admin'] },
        { name: 'invoker', key: INVOKER, scopes: ['agents:invoke:mine'] },
      ]),
    },
    settings: { cors: { enabled: true, allow_origins: ['https://app.example'] } },
  })
  const { guard, serve } = server
  const answer = async ({
    caller,
  }: {
    caller: { name: string }
  }): Promise<{ status: number; json: unknown }> => ({
    status: 200,
    json: caller.name,
  })
  serve('/health', guard({ route: 'health', scope: 'public' }, answer))
  serve('/stream', guard({ route: 'stream/{task_id}', scope: 'streams:read', ticketFor: 'task_id' }, answer))
  serve('/final', guard({ route: 'final/{task_id}', scope: 'streams:read' }, answer))
  serve('/v1/agents', guard({ route: 'v1/agents/{id}/invoke', scope: 'agents:invoke:{id}' }, answer))
  serve('/v1/admin', guard({ route: 'v1/admin/{*rest}', scope: 'public' }, answer))
})
afterAll(() => server.stop())

const call = async (
  path: string,
  options: { key?: string; headers?: Record<string, string>; invocation?: string } = {},
): Promise<{ status: number; body: unknown; headers: Headers }> => {
  const authorization = options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }
  const response = await server.fetch(`${server.origin}${path}`, {
    headers: { ...authorization, ...options.headers },
    ...(options.invocation === undefined ? {} : { invocation: options.invocation }),
  })
  return { status: response.status, body: await response.json(), headers: response.headers }
}

describe('a caller', () => {
  test('needs nothing for a public route', async () => {
    expect(await call('/health')).toMatchObject({ status: 200, body: 'public' })
    expect(await call('/health', { key: 'wrong' })).toMatchObject({ status: 200 })
  })

  test('without a key is asked for one', async () => {
    const { status, body, headers } = await call('/final/t')
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(body).toMatchObject({ error: { code: 'auth_required' } })
  })

  test('with a wrong key is refused', async () => {
    const { status, headers } = await call('/final/t', { key: 'wrong' })
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"'])
  })

  test('with a key without the scope is refused, with it let in', async () => {
    const { status, headers } = await call('/final/t', { key: ADMIN })
    expect([status, headers.get('www-authenticate')]).toEqual([403, 'Bearer error="insufficient_scope"'])
    expect(await call('/final/t', { key: READER })).toMatchObject({ status: 200, body: 'reader' })
  })

  test('of one agent reaches that agent alone', async () => {
    expect(await call('/v1/agents/mine/invoke', { key: INVOKER })).toMatchObject({ status: 200 })
    expect(await call('/v1/agents/other/invoke', { key: INVOKER })).toMatchObject({ status: 403 })
  })

  test('cannot put on other credentials by the query', async () => {
    const forged = encodeURIComponent(JSON.stringify({ authorization: `Bearer ${READER}` }))
    expect(await call(`/final/t?Headers=${forged}`)).toMatchObject({ status: 401 })
  })
})

describe('everything under /v1/admin', () => {
  test('needs the scope admin, whatever the route says', async () => {
    for (const path of ['/v1/admin/x', '/V1/ADMIN/x', '/v1/%61dmin/x', '/v1/admin']) {
      expect(await call(path, { key: READER, invocation: '/v1/admin' })).toMatchObject({ status: 403 })
    }
    expect(await call('/v1/admin/x')).toMatchObject({ status: 401 })
    expect(await call('/v1/admin/x', { key: ADMIN })).toMatchObject({ status: 200, body: 'admin' })
  })
})

describe('a ticket', () => {
  test('is as good as the scope for its stream, on the route that takes it', async () => {
    const { ticket } = server.access.tickets.issue('a/b')
    expect(await call(`/stream/a%2Fb?ticket=${ticket}`)).toMatchObject({ status: 200, body: 'ticket' })
    expect(await call(`/stream/a?ticket=${ticket}`)).toMatchObject({ status: 401 })
    expect(await call(`/final/a%2Fb?ticket=${ticket}`)).toMatchObject({ status: 401 })
  })
})

describe('a page of another origin', () => {
  test('may read errors too', async () => {
    const { status, headers } = await call('/final/t', { headers: { origin: 'https://app.example' } })
    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([
      401,
      'https://app.example',
      'Origin',
    ])
    expect(headers.get('access-control-expose-headers')).toContain('X-Correlation-Id')
  })
})
