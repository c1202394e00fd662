import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startFixture, type Fixture } from './fixture.ts'

const SOURCE = `
import { app, type HttpMethod } from '@azure/functions'

const route = (name: string, path: string | undefined, methods: HttpMethod[] = ['GET']) =>
  app.http(name, {
    methods,
    authLevel: 'anonymous',
    ...(path === undefined ? {} : { route: path }),
    handler: async (request) => ({ jsonBody: { function: name, params: request.params } }),
  })

route('Plain', undefined, ['GET', 'POST'])
route('tasksCancel', 'v1/tasks/{id}:cancel')
route('tasksGet', 'v1/tasks/{id}')
route('messagesSend', 'v1/messages:send', ['POST'])
route('messagesStream', '/v1/messages:stream/', ['POST'])
route('b_specific', 'order/special')
route('a_generic', 'order/{name}')
route('catchAll', 'files/{*rest}')
route('constrained_int', 'typed/{value:int:min(3)}')
route('constrained_guid', 'typed/{value:guid}')
route('constrained_regex', 'typed/{value:regex(^x[0-9]+$)}')
route('defaulted', 'paged/{page=1}')
route('dotted', 'dots/{name}.{ext?}')
route('optional', 'maybe/{first}/{second?}')
route('reserved1', 'administrators/list')
route('reserved2', 'runtimes')
route('duplicate1', 'same/{a}', ['GET'])
route('duplicate2', 'same/{a}', ['GET', 'PUT'])
route('duplicate3', 'same/{a}', ['DELETE'])
route('unknown', 'unknown/{a:colour}')
route('9digit', 'digit')
route('host', 'hosting')
`

let host: Fixture
beforeAll(async () => {
  host = await startFixture(SOURCE, { strict: true })
})
afterAll(() => host.stop())

const Answer = z.object({ function: z.string(), params: z.record(z.string(), z.string()) })

const get = async (path: string, method = 'GET'): Promise<z.infer<typeof Answer> | number> => {
  const response = await fetch(`${host.url}/api/${path}`, { method })
  return response.ok ? Answer.parse(await response.json()) : response.status
}

describe('a route', () => {
  test('is the function’s name where it has none; literals match in any case, a trailing slash does not count', async () => {
    expect(await get('plain/')).toMatchObject({ function: 'Plain' })
    expect(await get('PLAIN', 'POST')).toMatchObject({ function: 'Plain' })
  })

  test('of another method is 404, not 405; HEAD and OPTIONS are not implied', async () => {
    expect(await get('plain', 'PUT')).toBe(404)
    expect(await get('plain', 'HEAD')).toBe(404)
    expect(await get('plain', 'OPTIONS')).toBe(404)
  })

  test('is tried in order of function name, whatever is more specific', async () => {
    expect(await get('order/special')).toEqual({ function: 'a_generic', params: { name: 'special' } })
  })

  test('may have a complex segment; an earlier function takes what it matches', async () => {
    expect(await get('v1/tasks/42:cancel')).toEqual({ function: 'tasksCancel', params: { id: '42' } })
    expect(await get('v1/tasks/a:b:cancel')).toEqual({ function: 'tasksCancel', params: { id: 'a:b' } })
    expect(await get('v1/tasks/:cancel')).toEqual({ function: 'tasksGet', params: { id: ':cancel' } })
  })

  test('may have a colon as plain text', async () => {
    expect(await get('v1/messages:send', 'POST')).toMatchObject({ function: 'messagesSend' })
    expect(await get('v1/messages:stream', 'POST')).toMatchObject({ function: 'messagesStream' })
  })

  test('decodes values except for %2F', async () => {
    expect(await get('v1/tasks/a%20b%2Fc%C3%A9')).toMatchObject({ params: { id: 'a b%2Fcé' } })
  })

  test('does not match an empty inner segment', async () => {
    expect(await get('v1//tasks/42')).toBe(404)
  })

  test.each([
    ['/', 200],
    ['//', 404],
    ['//elsewhere/api/plain', 404],
    ['http://elsewhere/api/plain', 200],
    ['*', 400],
  ])('is looked for in the request line %s: %i', async (target, status) => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    socket.destroy()
  })

  test('with a catch-all keeps inner slashes and may be empty', async () => {
    expect(await get('files/a/b/c.txt')).toEqual({ function: 'catchAll', params: { rest: 'a/b/c.txt' } })
    expect(await get('files')).toEqual({ function: 'catchAll', params: {} })
  })

  test('with constraints falls through to the next that fits', async () => {
    expect(await get('typed/5')).toMatchObject({ function: 'constrained_int' })
    expect(await get('typed/2')).toBe(404)
    expect(await get('typed/0f8fad5b-d9cb-469f-a165-70867728950e')).toMatchObject({
      function: 'constrained_guid',
    })
    expect(await get('typed/X12')).toMatchObject({ function: 'constrained_regex' })
  })

  test('with defaults and optional parameters matches without them', async () => {
    expect(await get('paged')).toEqual({ function: 'defaulted', params: { page: '1' } })
    expect(await get('maybe/a')).toEqual({ function: 'optional', params: { first: 'a' } })
    expect(await get('maybe/a/b')).toEqual({ function: 'optional', params: { first: 'a', second: 'b' } })
    expect(await get('dots/file')).toEqual({ function: 'dotted', params: { name: 'file' } })
    expect(await get('dots/file.tar.gz')).toEqual({
      function: 'dotted',
      params: { name: 'file.tar', ext: 'gz' },
    })
    expect(await get('dots/file.')).toBe(404)
  })
})

describe('a function that Azure would not start', () => {
  test.each([
    ['administrators/list', 'reserved word'],
    ['runtimes', 'reserved word'],
    ['unknown/1', "constraint reference 'colour'"],
    ['digit', 'not a valid function name'],
    ['hosting', 'not a valid function name'],
  ])('does not answer at %s, and the log says why', async (path, reason) => {
    expect(await get(path)).toBe(404)
    expect(host.logs.some(({ level, message }) => level === 'error' && message.includes(reason))).toBe(true)
  })

  test('with the route and a method of an earlier one is in error; with another method it runs', async () => {
    expect(await get('same/1')).toMatchObject({ function: 'duplicate1' })
    expect(await get('same/1', 'PUT')).toBe(404)
    expect(await get('same/1', 'DELETE')).toMatchObject({ function: 'duplicate3' })
  })

  test('is a failure of a strict run and an error of the host’s status', async () => {
    expect(host.failures.map(({ functionName }) => functionName).toSorted()).toEqual(
      ['9digit', 'duplicate2', 'host', 'reserved1', 'reserved2', 'unknown'].toSorted(),
    )
    const status = await (await fetch(`${host.url}/admin/host/status`)).json()
    expect(status).toMatchObject({ state: 'Running', errors: { length: 6 } })
  })
})
