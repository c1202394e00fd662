import { describe, expect, test } from 'vitest'
import { TASK, answering, asking, see, rpc, type Given } from '../../../tests/fixtures/a2a-surface.ts'
import type { A2aRequest } from '../a2a-request.ts'

describe('what travels', () => {
  const key = { kind: 'key', name: 'Zoë’s key', scopes: ['*'] } as const

  const travelling = async (given: Given): Promise<A2aRequest | undefined> => {
    const { surface, asked } = answering(TASK)
    await see(surface.jsonRpc(asking({ ...given, body: rpc('GetTask') })))
    return asked[0]
  }

  test('are the headers of the list, never credentials, cookies or addresses', async () => {
    const allowed = {
      'a2a-version': '1.0',
      'a2a-extensions': 'urn:x',
      traceparent: '00-a',
      accept: 'text/plain',
    }
    const asked = await travelling({
      headers: {
        ...allowed,
        authorization: 'Bearer k',
        cookie: 'a=b',
        'x-forwarded-for': '1.2.3.4',
        host: 'h',
      },
    })
    expect(asked?.headers).toEqual({ ...allowed, 'x-from-agent': 'proxy' })
    expect(asked).not.toHaveProperty('credentials')
  })

  test('is who calls: the key wins over what the client says', async () => {
    const headers = { 'x-from-agent': 'planner' }
    expect((await travelling({ headers }))?.headers['x-from-agent']).toBe('planner')
    const asked = await travelling({ headers, caller: key })
    expect([asked?.subject, asked?.headers['x-from-agent']]).toEqual([key.name, 'Zo%C3%AB%E2%80%99s key'])
  })

  test('are credentials for the agent, an idempotency key and a cursor, where they are given', async () => {
    const asked = await travelling({
      headers: { 'x-agent-authorization': 'Bearer mine', 'idempotency-key': 'i', 'last-event-id': '12' },
    })
    expect(asked).toMatchObject({ credentials: 'Bearer mine', idempotencyKey: 'i', lastEventId: 12 })
    expect(await travelling({ headers: { 'last-event-id': 'failed-3' } })).not.toHaveProperty('lastEventId')
  })
})
