import { expect, test } from 'vitest'
import type { TestCloud } from '../support/start-test-cloud.ts'
import { openSse } from '../support/sse.ts'
import { streamUrl } from '../support/watch-task.ts'
import { ORIGIN, reader } from './callers.ts'

const SECURITY = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'self'",
  'referrer-policy': 'strict-origin-when-cross-origin',
}

const preflight = (cloud: TestCloud, origin: string): Promise<Response> =>
  fetch(streamUrl(cloud, 't'), {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization,last-event-id',
    },
  })

/** What browsers are told. */
export const testBrowserRules = (cloud: () => TestCloud): void => {
  test('pages of a listed origin may call, others are not let in', async () => {
    const allowed = await preflight(cloud(), ORIGIN)
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(allowed.headers.get('access-control-allow-methods')).toContain('GET')
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/authorization/i)
    expect(allowed.headers.get('vary')).toMatch(/origin/i)
    const other = await preflight(cloud(), 'https://other.example')
    expect(other.headers.get('access-control-allow-origin')).toBeNull()

    const answers = await Promise.all([
      openSse(streamUrl(cloud(), 't'), { ...reader, origin: ORIGIN }),
      openSse(`${cloud().url}/health`, { origin: ORIGIN }),
      openSse(`${cloud().url}/final/t`, { origin: ORIGIN }),
    ])
    for (const { headers, drop } of answers) {
      expect(headers['access-control-allow-origin']).toBe(ORIGIN)
      drop()
    }
  })

  test('every answer carries the security headers: events, pages, errors, preflights', async () => {
    const paths = [
      '/stream/t',
      '/health',
      '/stream/t?from=x',
      '/v1/admin/dead-letters',
      '/stream/t/negotiate',
    ]
    for (const path of paths) {
      const { headers, drop } = await openSse(cloud().url + path, reader)
      expect(headers, path).toMatchObject(SECURITY)
      expect(headers).not.toHaveProperty('strict-transport-security')
      expect(headers['x-correlation-id']).toMatch(/\S/)
      drop()
    }
    const answer = await preflight(cloud(), ORIGIN)
    for (const [name, value] of Object.entries(SECURITY)) expect(answer.headers.get(name)).toBe(value)
  })
}
