import {
  assert as check,
  anything,
  asyncProperty,
  constantFrom,
  dictionary,
  json,
  oneof,
  string,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TASK, answering, asking, see, rpc, type Given } from '../../../tests/fixtures/a2a-surface.ts'

describe('a JSON-RPC request', () => {
  test('reaches the router with its params untouched, and its id comes back as it was written', async () => {
    const { surface, asked } = answering(TASK)
    const params = '{ "id": "t1",  "n": 12345678901234567890 }'
    const ids = ['7', '"7"', 'null', '"\\u0041"', '12345678901234567890']
    for (const id of ids) {
      const body = ` {"params":${params}, "id" : ${id},"method":"GetTask","jsonrpc":"2.0"} `
      const { status, headers, text } = await see(surface.jsonRpc(asking({ body })))
      expect([status, headers['content-type']]).toEqual([200, 'application/json'])
      expect(text).toBe(`{"jsonrpc":"2.0","id":${id},"result":${TASK}}`)
    }
    expect(asked.map(({ id }) => id)).toEqual(ids)
    expect(asked[0]).toMatchObject({
      agentId: 'echo',
      operation: 'get',
      params,
      dialect: { version: '1.0', binding: 'jsonrpc' },
      httpPath: '/v1/tasks:get',
    })
  })

  test('without an id is answered with null', async () => {
    const { text } = await see(
      answering().surface.jsonRpc(asking({ body: rpc('SendMessage', '"params":{}') })),
    )
    expect(text).toMatch(/^\{"jsonrpc":"2.0","id":null,"result":/)
  })

  test('has the version of its header, of its query, or of its method', async () => {
    const { surface, asked } = answering()
    const of = async (method: string, given: Given = {}): Promise<string | number> => {
      const { text } = await see(surface.jsonRpc(asking({ ...given, body: rpc(method) })))
      return JSON.parse(text).error?.code ?? asked.at(-1)?.dialect.version
    }
    expect(await of('SendMessage')).toBe('1.0')
    expect(await of('message/send')).toBe('0.3')
    expect(await of('SendMessage', { headers: { 'a2a-version': '1.0.7' } })).toBe('1.0')
    expect(await of('SendMessage', { query: 'A2A-Version=1.0' })).toBe('1.0')
    expect(await of('message/send', { headers: { 'a2a-version': '' } })).toBe('0.3')
    expect(await of('message/send', { headers: { 'a2a-version': '1.0' } })).toBe(-32601)
    expect(await of('SendMessage', { headers: { 'a2a-version': '' } })).toBe(-32601)
    expect(await of('SendMessage', { headers: { 'a2a-version': '0.5' } })).toBe(-32009)
    expect(await of('SendMessage', { headers: { 'a2a-version': 'one' } })).toBe(-32009)
  })

  test.each([
    ['', -32700, 'null'],
    ['{"jsonrpc":"2.0"', -32700, 'null'],
    ['[]', -32600, 'null'],
    [`[${rpc('GetTask')}]`, -32600, 'null'],
    ['7', -32600, 'null'],
    ['null', -32600, 'null'],
    ['{"id":3}', -32600, '3'],
    ['{"jsonrpc":"2.0","id":3}', -32600, '3'],
    ['{"jsonrpc":"1.0","id":3,"method":"GetTask"}', -32600, '3'],
    ['{"jsonrpc":"2.0","id":3,"method":""}', -32600, '3'],
    ['{"jsonrpc":"2.0","id":3,"method":7}', -32600, '3'],
    [rpc('GetTask', '"id":{}'), -32600, 'null'],
    [rpc('GetTask', '"id":true'), -32600, 'null'],
    [rpc('GetTask', '"id":1.5'), -32600, 'null'],
    [rpc('toString', '"id":3'), -32601, '3'],
    [rpc('tasks/send', '"id":"x"'), -32601, '"x"'],
    [rpc('GetTask', '"id":3,"params":[]'), -32602, '3'],
    [rpc('GetTask', '"id":3,"params":null'), -32602, '3'],
    [rpc('GetTask', '"id":3,"params":"{}"'), -32602, '3'],
  ])('%s is answered with %i', async (body, code, id) => {
    const { surface, asked } = answering()
    const { status, text } = await see(surface.jsonRpc(asking({ body })))
    expect(status).toBe(200)
    expect(text).toMatch(`{"jsonrpc":"2.0","id":${id},"error":{"code":${code},`)
    expect(asked).toEqual([])
  })

  test('that is not declared as JSON is refused', async () => {
    const request = asking({ body: rpc('GetTask'), headers: { 'content-type': 'text/plain' } })
    expect((await see(answering().surface.jsonRpc(request))).text).toContain('-32005')
  })

  test('never fails, whatever stands in its body', async () => {
    const { surface } = answering()
    const member = oneof(json(), constantFrom('"2.0"', '"GetTask"', '"message/send"', '{}', '1'))
    const object = dictionary(constantFrom('jsonrpc', 'id', 'method', 'params', '__proto__'), member).map(
      (members) => `{${Object.entries(members).map(([name, value]) => `"${name}":${value}`)}}`,
    )
    await check(
      asyncProperty(oneof(string(), json(), object, anything().map(String)), async (body) => {
        const { status, text } = await see(surface.jsonRpc(asking({ body })))
        expect([status, JSON.parse(text).jsonrpc]).toEqual([200, '2.0'])
      }),
    )
  })
})
