import { describe, expect, test } from 'vitest'
import { GatewayError, tooLarge, unavailable } from '../../kernel/errors.ts'
import { a2aFailure } from '../a2a-failure.ts'
import {
  answering,
  failing,
  asking,
  see,
  rpc,
  type Given,
  type Seen,
} from '../../../tests/fixtures/a2a-surface.ts'

describe('a failure', () => {
  const fails = (error: unknown): Promise<Seen> =>
    see(failing(error).jsonRpc(asking({ body: rpc('GetTask') })))
  const restFails = (error: unknown): Promise<Seen> =>
    see(failing(error).rest(asking({ headers: { 'a2a-version': '1.0' }, params: { task_id: 't' } }), 'get'))

  test.each([
    ['TASK_NOT_FOUND', 200, 404],
    ['TIMEOUT', 200, 504],
    ['AGENT_UNAVAILABLE', 200, 503],
    ['OUTCOME_UNKNOWN', 200, 502],
    ['TOO_LARGE', 413, 413],
    ['OVERLOADED', 503, 503],
    ['IDEMPOTENCY_CONFLICT', 409, 409],
  ] as const)('%s is HTTP %i with JSON-RPC and %i with REST', async (reason, ofRpc, ofRest) => {
    const one = await fails(a2aFailure(reason, 'It happened.'))
    expect(one.status).toBe(ofRpc)
    expect(JSON.parse(one.text)).toMatchObject({
      id: 1,
      error: { message: 'It happened.', data: [{ reason }] },
    })
    const other = await restFails(a2aFailure(reason, 'It happened.'))
    expect([other.status, other.headers['content-type']]).toEqual([ofRest, 'application/a2a+json'])
    expect(JSON.parse(other.text)).toMatchObject({ error: { code: ofRest, details: [{ reason }] } })
  })

  test('that passes by itself says when to come again', async () => {
    expect(
      (await fails(a2aFailure('OVERLOADED', 'x', { retryAfterSeconds: 1.2 }))).headers['retry-after'],
    ).toBe('2')
    expect((await restFails(a2aFailure('AGENT_UNAVAILABLE', 'x'))).headers['retry-after']).toBe('5')
  })

  test('of an agent nobody knows is a plain 404 with JSON-RPC, an A2A error with REST', async () => {
    await expect(fails(a2aFailure('AGENT_NOT_FOUND', 'Nobody.'))).rejects.toMatchObject({
      status: 404,
      message: 'Nobody.',
    })
    expect((await restFails(a2aFailure('AGENT_NOT_FOUND', 'Nobody.'))).status).toBe(404)
  })

  test('of the gateway is said as A2A: 503 for what passes, nothing of its inside', async () => {
    expect(JSON.parse((await fails(unavailable('The storage is away.'))).text).error).toMatchObject({
      code: -32603,
      message: 'The storage is away.',
    })
    expect((await restFails(unavailable('The storage is away.'))).status).toBe(503)
    const inside = await restFails(new Error('password 1234'))
    expect(inside.status).toBe(500)
    expect(inside.text).not.toContain('1234')
  })

  test('of the caller’s rights stays plain HTTP', async () => {
    await expect(fails(new GatewayError('insufficient_scope', 'No.'))).rejects.toMatchObject({ status: 403 })
  })

  test('to read the body is one of the request', async () => {
    const refused = (error: GatewayError): Given => ({ body: () => Promise.reject(error) })
    const { surface } = answering()
    const large = await see(surface.jsonRpc(asking(refused(tooLarge('Too large.')))))
    expect([large.status, JSON.parse(large.text).id]).toEqual([413, null])
    const binary = await see(surface.jsonRpc(asking(refused(new GatewayError('bad_request', 'No UTF-8.')))))
    expect(JSON.parse(binary.text).error.code).toBe(-32700)
    expect((await see(surface.rest(asking(refused(tooLarge('Too large.'))), 'send'))).status).toBe(413)
  })
})
