import {
  assert as check,
  asyncProperty,
  constantFrom,
  json,
  oneof,
  record,
  string,
  webQueryParameters,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Operation } from '../../contract/a2a/operation.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { TASK, answering, asking, failing, see } from '../../../tests/fixtures/a2a-surface.ts'

describe('a REST request', () => {
  const message = '{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"hi"}]}}'

  test('of 1.0 passes its body byte for byte, and has the media type of A2A', async () => {
    const { surface, asked } = answering()
    const headers = { 'a2a-version': '1.0', 'content-type': 'application/a2a+json' }
    const {
      status,
      headers: given,
      text,
    } = await see(surface.rest(asking({ body: ` ${message}`, headers }), 'send'))
    expect([status, given['content-type'], text]).toEqual([200, 'application/a2a+json', `{"task":${TASK}}`])
    expect(asked[0]).toMatchObject({ params: ` ${message}`, dialect: { version: '1.0', binding: 'rest' } })
  })

  test('without a version is of 0.3, unless its message has parts', async () => {
    const { surface, asked } = answering()
    const old = await see(surface.rest(asking({ body: message.replace('parts', 'content') }), 'send'))
    expect([old.status, old.headers['content-type']]).toEqual([201, 'application/json'])
    expect((await see(surface.rest(asking({ body: message }), 'send'))).status).toBe(200)
    expect(asked.map(({ dialect }) => dialect.version)).toEqual(['0.3', '1.0'])
  })

  test('takes ids from its path and the rest from its query', async () => {
    const { surface, asked } = answering(TASK)
    const request = asking({ params: { task_id: 'a/b' }, query: 'historyLength=2' })
    expect((await see(surface.rest(request, 'get'))).status).toBe(200)
    expect(JSON.parse(asked[0]?.params ?? '')).toEqual({ id: 'a/b', historyLength: 2 })
  })

  test.each(['cancel', 'subscribe'] as const)('to %s needs no body', async (operation) => {
    const { surface, asked } = answering(TASK)
    await see(
      surface.rest(
        asking({ params: { task_id: 't1' }, headers: { 'content-type': 'application/json' } }),
        operation,
      ),
    )
    expect(JSON.parse(asked[0]?.params ?? '')).toEqual({ id: 't1' })
  })

  test('that makes a push config is answered with 201, one that deletes it with 204', async () => {
    const { surface } = answering('{"id":"c","taskId":"t","url":"https://x.example"}')
    const params = { task_id: 't', config_id: 'c' }
    const headers = { 'a2a-version': '1.0' }
    const body = '{"url":"https://x.example"}'
    expect((await see(surface.rest(asking({ params, headers, body }), 'push-create'))).status).toBe(201)
    expect(await see(surface.rest(asking({ params, headers }), 'push-delete'))).toMatchObject({
      status: 204,
      text: '',
    })
  })

  test.each([
    ['not JSON', '{', {}],
    ['no object', '[]', {}],
    ['no JSON by its type', '{}', { 'content-type': 'text/plain' }],
    ['of another version', '{}', { 'a2a-version': '2.0' }],
  ])('that is %s is refused', async (_why, body, headers: Record<string, string>) => {
    expect((await see(answering().surface.rest(asking({ body, headers }), 'send'))).status).toBe(400)
  })

  test('for the extended card gets one that leads to the gateway', async () => {
    const { text } = await see(answering('{"name":"Echo"}').surface.rest(asking({}), 'extended-card'))
    expect(JSON.parse(text)).toEqual({ rewritten: 'echo', from: { name: 'Echo' } })
  })

  test('never fails, whatever stands in its body, its path and its query', async () => {
    const surface = failing(a2aFailure('TASK_NOT_FOUND', 'It was read.'))
    const version = constantFrom({}, { 'a2a-version': '1.0' }, { 'a2a-version': '0.3' })
    const operation = constantFrom(...Operation.options)
    const query = webQueryParameters().map((text) => `${text}&historyLength=${text}&pageSize=${text}`)
    await check(
      asyncProperty(
        record({ body: oneof(string(), json()), query, headers: version, id: string() }),
        operation,
        async ({ id, ...given }, asked) => {
          const params = { task_id: id, config_id: id }
          const { status, text } = await see(surface.rest(asking({ ...given, params }), asked))
          expect(status).toBeLessThan(500)
          expect(JSON.parse(text)).toBeTypeOf('object')
        },
      ),
    )
  })
})
