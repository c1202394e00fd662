import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startGuardedServer } from '../../tests/fixtures/guarded-server.ts'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { createLifetime } from './lifetime.ts'
import { sseResponse } from './sse-response.ts'

const createResponse = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()))

test('it is over when the client leaves, also when it left before', () => {
  const clock = createManualClock()
  const response = createResponse()
  const { signal } = createLifetime(response, { clock })
  expect(signal.aborted).toBe(false)
  response.emit('close')
  expect(signal.aborted).toBe(true)

  response.destroy()
  expect(createLifetime(response, { clock }).signal.aborted).toBe(true)
})

test('it is over when the slice ends', async () => {
  const clock = createManualClock()
  const { signal } = createLifetime(createResponse(), { clock, sliceSeconds: 200 })
  clock.advance(199_999)
  await turn()
  expect(signal.aborted).toBe(false)
  clock.advance(1)
  await turn()
  expect(signal.aborted).toBe(true)
})

test('a slice ends a stream quietly: the client gets a whole answer', async () => {
  const clock = createManualClock()
  const server = await startGuardedServer({ clock })
  const handler = server.guard({ route: 'slice', scope: 'public', sliceSeconds: 200 }, async ({ signal }) =>
    sseResponse(
      (async function* () {
        yield 'data: 0\n\n'
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      })(),
    ),
  )
  const response = await server.fetch(server.serve('/slice', handler))
  clock.advance(200_000)
  expect(await response.text()).toBe('data: 0\n\n')
  expect(server.lines.filter((line) => line.level === 'error')).toEqual([])
  await server.stop()
})
