import { describe, expect, test } from 'vitest'
import { a2aFailure } from '../a2a-failure.ts'
import { TASK, answering, asking, failing, see, rpc } from '../../../tests/fixtures/a2a-surface.ts'

describe('a stream that fails before its first event', () => {
  const ask = (method: string, version: string) =>
    see(
      failing(a2aFailure('TASK_NOT_FOUND', 'Task not found: t1')).jsonRpc(
        asking({ body: rpc(method), headers: { 'a2a-version': version } }),
      ),
    )

  test('fails in the stream for clients of 0.3, which see errors nowhere else', async () => {
    const { status, headers, text } = await ask('tasks/resubscribe', '')
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/event-stream')
    expect(text).toMatch(/^event: error\ndata: \{.*"code":-32001.*\}\n\n$/)
  })

  test('fails in JSON for clients of 1.0, and so does everything that is no stream', async () => {
    for (const answer of [await ask('SubscribeToTask', '1.0'), await ask('tasks/get', '')]) {
      expect(answer.headers['content-type']).toBe('application/json')
      expect(JSON.parse(answer.text)).toMatchObject({ id: 1, error: { code: -32001 } })
    }
  })
})

test('the extensions that an agent has activated are named as the version of the client has it', async () => {
  const ask = (method: string) =>
    see(answering(undefined, 'urn:x, urn:y').surface.jsonRpc(asking({ body: rpc(method) })))
  expect((await ask('SendMessage')).headers).toMatchObject({ 'a2a-extensions': 'urn:x, urn:y' })
  expect((await ask('message/send')).headers).toMatchObject({ 'x-a2a-extensions': 'urn:x, urn:y' })
})

describe('the paths of the seed', () => {
  test('take the JSON-RPC of their operation and nothing else', async () => {
    const { surface } = answering()
    const code = async (method: string): Promise<number | undefined> => {
      const answer = surface.jsonRpc(asking({ body: rpc(method, '"id":1,"params":{}') }), { only: 'send' })
      return JSON.parse((await see(answer)).text).error?.code
    }
    expect(await code('message/send')).toBeUndefined()
    expect(await code('SendMessage')).toBeUndefined()
    expect(await code('tasks/cancel')).toBe(-32601)
  })

  test('get a task by its id in the query, as JSON-RPC', async () => {
    const { surface, asked } = answering(TASK)
    const { text } = await see(surface.seedGet(asking({ query: 'id=t1&historyLength=3' })))
    expect(JSON.parse(text)).toMatchObject({ id: 'c-1', result: { kind: 'task', id: 't1' } })
    expect(asked[0]).toMatchObject({ operation: 'get', params: '{"id":"t1","historyLength":3}' })
    expect(JSON.parse((await see(surface.seedGet(asking({})))).text).error.code).toBe(-32602)
  })

  test('send to the agent that the body names, and say so when it names none', async () => {
    const { surface, asked } = answering()
    const body = rpc('message/send', '"id":1,"params":{"metadata":{"toAgent":"zoe"}}')
    await see(surface.legacySend(asking({ body })))
    expect(asked[0]?.agentId).toBe('zoe')
    await expect(surface.legacySend(asking({ body: rpc('message/send') }))).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('params.metadata.toAgent'),
    })
    expect(JSON.parse((await see(surface.legacySend(asking({ body: '{' })))).text).error.code).toBe(-32700)
  })
})

describe('a request to the origin', () => {
  const named = '"id":1,"params":{"metadata":{"toAgent":"zoe"}}'

  test('reaches the agent that it names, with every method', async () => {
    const { surface, asked } = answering(TASK)
    for (const method of ['SendMessage', 'tasks/get'])
      await see(surface.toNamed(asking({ body: rpc(method, named) })))
    expect(asked).toMatchObject([
      { agentId: 'zoe', operation: 'send' },
      { agentId: 'zoe', operation: 'get' },
    ])
  })

  test('that names none is told so where its client looks for errors', async () => {
    const { surface, asked } = answering()
    const [get, stream] = await Promise.all(
      ['tasks/get', 'message/stream'].map((method) => see(surface.toNamed(asking({ body: rpc(method) })))),
    )
    expect(JSON.parse(get?.text ?? '')).toMatchObject({ id: 1, error: { code: -32602 } })
    expect(stream?.text).toMatch(/^event: error\ndata: \{.*"code":-32602.*params\.metadata\.toAgent/)
    expect(asked).toEqual([])
  })
})
