import { describe, expect, test } from 'vitest'
import { TASK, answering, asking, see, rpc } from '../../../tests/fixtures/a2a-surface.ts'

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
