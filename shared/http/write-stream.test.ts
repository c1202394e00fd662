import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { getDefaultHighWaterMark } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type GuardedServer, startGuardedServer } from '../../tests/fixtures/guarded-server.ts'
import type { GuardedRequest } from './guarded-request.ts'
import { STREAM_END_MS } from './limits.ts'
import { sseResponse } from './sse-response.ts'
import { writeStream } from './write-stream.ts'

/** More than a connection takes before it says that it is full. */
const LARGE = 'x'.repeat(getDefaultHighWaterMark(false) + 1)

const createResponse = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()))

afterEach(() => vi.useRealTimers())

describe('a stream', () => {
  test('is asked for the next piece only when the connection took the last one', async () => {
    const response = createResponse()
    const asked: number[] = []
    const stream = async function* (): AsyncGenerator<string> {
      for (let index = 0; index < 3; index++) {
        asked.push(index)
        yield LARGE
      }
    }
    const written = writeStream(response, stream(), new AbortController().signal)
    await turn()
    expect(asked).toEqual([0])
    response.emit('drain')
    await turn()
    expect(asked).toEqual([0, 1])
    response.emit('drain')
    await turn()
    response.emit('drain')
    expect(await written).toBe(true)
    expect(response.listenerCount('drain') + response.listenerCount('close')).toBe(0)
  })

  test('that waits for a full connection ends when the signal aborts', async () => {
    const controller = new AbortController()
    let hasEnded = false
    const stream = async function* (): AsyncGenerator<string> {
      try {
        for (;;) yield LARGE
      } finally {
        hasEnded = true
      }
    }
    const written = writeStream(createResponse(), stream(), controller.signal)
    await turn()
    controller.abort()
    expect(await written).toBe(true)
    expect(hasEnded).toBe(true)
  })

  test('that has more to come is left when the signal aborts, and leaves no listener behind', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    let ended = 0
    const stream: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve({ done: true, value: undefined }), { once: true }),
          ),
        return: async () => {
          ended++
          return { done: true, value: undefined }
        },
      }),
    }
    const written = writeStream(createResponse(), stream, signal)
    await turn()
    controller.abort()
    expect(await written).toBe(true)
    expect(ended).toBe(1)
    // One of the additions is the stream's own.
    expect(remove.mock.calls.length).toBe(add.mock.calls.length - 1)
  })

  test('that ignores its signal is given up after a while', async () => {
    vi.useFakeTimers()
    const controller = new AbortController()
    const stream = async function* (): AsyncGenerator<string> {
      await new Promise(() => {})
      yield 'never'
    }
    const written = writeStream(createResponse(), stream(), controller.signal)
    controller.abort()
    await vi.advanceTimersByTimeAsync(STREAM_END_MS)
    expect(await written).toBe(false)
  })

  test('that fails while it is left hurts nobody', async () => {
    const controller = new AbortController()
    let fail = (_error: Error): void => {}
    const stream: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((_resolve, reject) => (fail = reject)),
      }),
    }
    const written = writeStream(createResponse(), stream, controller.signal)
    controller.abort()
    expect(await written).toBe(true)
    fail(new Error('too late'))
    await turn()
  })
})

describe('a streamed answer', () => {
  let server: GuardedServer
  let count = 0

  beforeAll(async () => {
    server = await startGuardedServer()
  })
  afterAll(() => server.stop())

  const serve = (stream: (request: GuardedRequest) => AsyncIterable<string>): string => {
    const path = `/s${++count}`
    return server.serve(
      path,
      server.guard({ route: path, scope: 'public' }, async (request) => sseResponse(stream(request))),
    )
  }

  test('sends its headers before its first piece, and every piece as it comes', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const address = serve(async function* () {
      for (const [index, gate] of gates.entries()) {
        await gate.promise
        yield `data: ${index}\n\n`
      }
    })
    const response = await server.fetch(address)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
    const received: string[] = []
    const decoder = new TextDecoder()
    const reader = response.body?.getReader()
    for (const gate of gates) {
      gate.resolve()
      received.push(decoder.decode((await reader?.read())?.value))
    }
    expect(received).toEqual(['data: 0\n\n', 'data: 1\n\n'])
    expect((await reader?.read())?.done).toBe(true)
  })

  test('that breaks in its middle cuts the connection: the client sees that it is not whole', async () => {
    const address = serve(async function* () {
      yield 'data: 0\n\n'
      throw new Error('the storage is gone')
    })
    const response = await server.fetch(address, { headers: { 'x-correlation-id': 'broken' } })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    expect(server.lines.filter((line) => line.correlation_id === 'broken')).toMatchObject([
      { level: 'error', error: { message: 'the storage is gone' } },
    ])
  })

  test('ends its stream when the client leaves', async () => {
    const ended = Promise.withResolvers<string>()
    const address = serve(async function* ({ signal }) {
      try {
        yield 'data: 0\n\n'
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      } finally {
        ended.resolve(signal.aborted ? 'ended' : 'ended too early')
      }
    })
    const leaving = new AbortController()
    const response = await server.fetch(address, { signal: leaving.signal })
    await response.body?.getReader().read()
    leaving.abort()
    expect(await ended.promise).toBe('ended')
  })

  test('is not started for HEAD', async () => {
    let isStarted = false
    const address = serve(async function* () {
      isStarted = true
      yield 'x'
    })
    const response = await server.fetch(address, { method: 'HEAD' })
    expect([response.status, await response.text(), isStarted]).toEqual([200, '', false])
  })
})
