import { describe, expect, test } from 'vitest'
import { a2aFailure } from '../a2a-failure.ts'
import { surfaceOf, TASK, failing, asking, see, rpc, type Seen } from '../../../tests/fixtures/a2a-surface.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import type { Surface } from './create-surface.ts'

describe('a stream', () => {
  const STATUS = '{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_WORKING"}}}'

  const streaming = (error?: unknown): Surface =>
    surfaceOf(async () => ({
      kind: 'stream',
      events: (async function* (): AsyncGenerator<LoggedEvent> {
        yield { seq: 4, said: { text: `{"task":${TASK}}` } }
        yield { seq: 5, said: { text: STATUS } }
        if (error !== undefined) throw error
      })(),
    }))

  const ask = (surface: Surface): Promise<Seen> =>
    see(surface.jsonRpc(asking({ body: rpc('SendStreamingMessage', '"id":"8"') })))

  test('has the seq as event id, and each event is an answer to the request', async () => {
    const { headers, text } = await ask(streaming())
    expect(headers['content-type']).toContain('text/event-stream')
    expect(text).toBe(
      `id: 4\ndata: {"jsonrpc":"2.0","id":"8","result":{"task":${TASK}}}\n\n` +
        `id: 5\ndata: {"jsonrpc":"2.0","id":"8","result":${STATUS}}\n\n`,
    )
  })

  test('that breaks off ends with an error event, never by silence', async () => {
    const { text } = await ask(streaming(a2aFailure('AGENT_FAILED', 'The agent is gone.')))
    const last = text.split('\n\n').at(-2) ?? ''
    expect(last).toMatch(/^event: error\ndata: \{"jsonrpc":"2.0","id":"8","error":\{"code":-32603/)
    const inside = await ask(streaming(new Error('password 1234')))
    expect(inside.text).toContain('event: error')
    expect(inside.text).not.toContain('1234')
  })

  test('that fails before its first event is a plain answer', async () => {
    const { headers, text } = await ask(failing(a2aFailure('UNSUPPORTED_OPERATION', 'Over.')))
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(text).error.code).toBe(-32004)
  })

  test('with REST has bare events', async () => {
    const request = asking({ body: '{}', headers: { 'a2a-version': '1.0' } })
    const { text } = await see(streaming(a2aFailure('TIMEOUT', 'x')).rest(request, 'stream'))
    expect(text).toContain(`id: 5\ndata: ${STATUS}\n\nevent: error\ndata: {"error":{"code":504`)
  })
})
