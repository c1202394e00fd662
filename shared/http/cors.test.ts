import { expect, test } from 'vitest'
import { CorsSettings } from '../kernel/config/cors-settings.ts'
import { answerPreflight, corsHeaders } from './cors.ts'
import type { GuardedRequest } from './guarded-request.ts'

const APP = 'https://app.example'
const settings = (cors: Record<string, unknown>): ReturnType<typeof CorsSettings.parse> =>
  CorsSettings.parse({ enabled: true, ...cors })

const preflight = async (
  cors: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<unknown> => {
  const request = { headers: new Headers(headers) } as GuardedRequest
  const answer = await answerPreflight(settings(cors))(request)
  expect(answer.status).toBe(204)
  return answer.headers
}

test('switched off, nothing is allowed', async () => {
  expect(corsHeaders(settings({ enabled: false }), APP)).toEqual({})
  expect(
    await preflight({ enabled: false }, { origin: APP, 'access-control-request-method': 'PUT' }),
  ).toEqual({})
})

test('any origin is allowed by "*", the same answer for all', () => {
  expect(corsHeaders(settings({}), APP)).toMatchObject({ 'access-control-allow-origin': '*' })
  expect(corsHeaders(settings({}), APP)).not.toHaveProperty('vary')
})

test('a listed origin is named, and caches are told that the answer depends on it', () => {
  const cors = settings({ allow_origins: ['https://other.example', 'https://APP.example/'] })
  expect(corsHeaders(cors, APP)).toMatchObject({ 'access-control-allow-origin': APP, vary: 'Origin' })
  expect(corsHeaders(cors, APP)).not.toHaveProperty('access-control-allow-credentials')
})

test('an origin that is not listed gets no permission, but caches are told', () => {
  const cors = settings({ allow_origins: ['https://other.example'] })
  expect(corsHeaders(cors, APP)).toEqual({ vary: 'Origin' })
  expect(corsHeaders(cors, 'https://other.example.evil')).toEqual({ vary: 'Origin' })
  expect(corsHeaders(cors, null)).toEqual({ vary: 'Origin' })
})

test('credentials are allowed to listed origins only', () => {
  const cors = settings({ allow_origins: [APP], allow_credentials: true })
  expect(corsHeaders(cors, APP)).toMatchObject({ 'access-control-allow-credentials': 'true' })
  expect(CorsSettings.safeParse({ allow_credentials: true }).success).toBe(false)
})

test('a preflight is told the methods and headers and how long it holds', async () => {
  const asked = { origin: APP, 'access-control-request-method': 'PUT' }
  const cors = { allow_methods: ['GET', 'PUT'], allow_headers: ['Authorization'], max_age: 60 }
  expect(await preflight(cors, asked)).toEqual({
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'Authorization',
    'access-control-max-age': '60',
  })
})

test('where any header is allowed, those asked for are named: "*" does not cover Authorization', async () => {
  const asked = {
    origin: APP,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization,x-mine',
  }
  expect(await preflight({ allow_headers: ['*'] }, asked)).toMatchObject({
    'access-control-allow-headers': 'authorization,x-mine',
  })
})

test('an OPTIONS request that is no preflight, or comes from elsewhere, gets no permission', async () => {
  expect(await preflight({}, { origin: APP })).toEqual({})
  expect(
    await preflight(
      { allow_origins: ['https://other.example'] },
      { origin: APP, 'access-control-request-method': 'GET' },
    ),
  ).toEqual({})
})
