import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../tests/fixtures/manual-clock.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { surfaceOf, TASK, failing, asking, see, rpc, type Seen } from '../../../tests/fixtures/a2a-surface.ts'
import type { LoggedEvent } from '../a2a-request.ts'
import type { Surface } from './create-surface.ts'
import { toSse } from './to-sse.ts'

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

describe('a stream on which nothing happens', () => {
  const COMMENT = ': \n\n'

  /** Frames of a source that says one thing, then waits until it is told to end. */
  const silent = () => {
    const clock = createManualClock()
    const client = new AbortController()
    const source = { ended: false, end: Promise.withResolvers<void>() }
    const events = async function* (): AsyncGenerator<LoggedEvent> {
      try {
        yield { seq: 0, said: { text: 'x' } }
        await source.end.promise
      } finally {
        source.ended = true
      }
    }
    const frames = toSse(events(), {
      clock,
      commentMs: 15_000,
      signal: client.signal,
      render: ({ said }) => said.text,
      renderFailure: String,
    })
    return { clock, client, source, frames }
  }

  test('is kept open by comments, and ends with its source', async () => {
    const { clock, source, frames } = silent()
    expect((await frames.next()).value).toBe('id: 0\ndata: x\n\n')
    for (let round = 0; round < 3; round++) {
      const next = frames.next()
      clock.advance(15_000)
      expect((await next).value).toBe(COMMENT)
    }
    const last = frames.next()
    source.end.resolve()
    expect((await last).done).toBe(true)
    expect([source.ended, clock.sleeping()]).toEqual([true, 0])
  })

  test('ends at once when the client leaves, without an error and without waiting for its source', async () => {
    const { clock, client, source, frames } = silent()
    await frames.next()
    const last = frames.next()
    client.abort()
    expect((await last).done).toBe(true)
    expect([source.ended, clock.sleeping()]).toEqual([false, 0])
  })
})
