import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startSmallGateway } from '../../tests/fixtures/client/start-small-gateway.ts'
import { createManualClock } from '../../tests/fixtures/manual-clock.ts'
import { until } from '../../tests/e2e/support/until.ts'
import type { Connection } from '../connection.ts'
import { createConnection } from '../create-connection.ts'
import { createPlatform, type Platform } from '../platform.ts'

type Response = Extract<
  Awaited<ReturnType<typeof startSmallGateway>>['seen'][number],
  { type: 'EXEC_RESPONSE' }
>

const setUp = async () => {
  const clock = createManualClock(Date.now())
  const gateway = await startSmallGateway({ clock })
  const hurry = { isOn: false }
  /** In a hurry, short pauses are over at once, and the clock goes on by as much. */
  const sleep: Platform['sleep'] = async (ms, signal) => {
    if (ms < 1000 && hurry.isOn) clock.advance(ms)
    else await clock.sleep(ms, signal)
  }
  const platform = { ...createPlatform({}), now: clock.now, sleep }
  const agent = await createConnection({ url: gateway.http, key: new Uint8Array(32) }, platform)
  onTestFinished(() => agent.close())
  await agent.register({ capabilities: ['a2a'] })

  const responsesTo = (id: string): Response[] =>
    gateway.seen
      .filter((message) => message.type === 'EXEC_RESPONSE')
      .filter((one) => one.correlation_id === id)
  const isOver = (id: string): boolean =>
    responsesTo(id).some(({ payload }) => payload.status !== 'streaming')

  return {
    clock,
    hurry,
    gateway,
    agent,
    responsesTo,
    /** Sends a call; answers its id. */
    call: (params: Record<string, unknown> = {}, more: object = {}): string => {
      const id = randomUUID()
      const [connection] = gateway.connections
      const args = { method: 'SendStreamingMessage', params, headers: { 'a2a-version': '1.0' } }
      connection?.say({ id, type: 'EXEC_REQUEST', payload: { args, stream: true, ...more } })
      return id
    },
    /** What was answered when the call is over. */
    answersTo: async (id: string): Promise<Array<Response['payload']>> => {
      await until('the call is over', () => isOver(id))
      return responsesTo(id).map(({ payload }) => payload)
    },
  }
}

const failedWith = (error: object): object => [{ status: 'failed', error: expect.objectContaining(error) }]

describe('a call', () => {
  test('is answered with the result of its method', async () => {
    const { agent, call, answersTo } = await setUp()
    agent.serve(({ method, params, headers }) => ({ method, params, headers }))
    const result = { method: 'SendStreamingMessage', params: { a: 1 }, headers: { 'a2a-version': '1.0' } }
    expect(await answersTo(call({ a: 1 }))).toEqual([{ result, status: 'completed' }])
  })

  test('is answered with one StreamResponse after the other, to the gateway that asked', async () => {
    const { gateway, agent, call, answersTo, responsesTo } = await setUp()
    agent.serve(async function* () {
      yield { task: { id: 't' } }
      yield { statusUpdate: { taskId: 't' } }
    })
    const id = call()
    expect(await answersTo(id)).toEqual([
      { result: { task: { id: 't' } }, status: 'streaming' },
      { result: { statusUpdate: { taskId: 't' } }, status: 'streaming' },
      { status: 'completed' },
    ])
    expect(new Set(responsesTo(id).map(({ to }) => to))).toEqual(new Set([gateway.identity.did]))
  })

  test.each([
    ['an error of JSON-RPC in its words', { code: -32001, message: 'No such task', data: [1] }, undefined],
    [
      'any other without a word of it',
      new Error('secret'),
      { code: -32603, message: expect.not.stringContaining('secret') },
    ],
  ])('that fails tells %s', async (_what, thrown, told) => {
    const { agent, call, answersTo } = await setUp()
    agent.serve(async () => {
      throw thrown
    })
    expect(await answersTo(call())).toEqual(failedWith(told ?? thrown))
  })

  test('without a method is refused', async () => {
    const { agent, call, answersTo } = await setUp()
    agent.serve(() => 'called')
    expect(await answersTo(call({}, { args: { params: {} } }))).toEqual(failedWith({ code: -32602 }))
  })

  test('what is no JSON fails the call', async () => {
    const { agent, call, answersTo } = await setUp()
    agent.serve(() => ({ half: '\ud800' }))
    expect(await answersTo(call())).toEqual(failedWith({ code: -32603 }))
  })

  test('that takes longer than timeout_ms is aborted and fails', async () => {
    const { clock, agent, call, answersTo } = await setUp()
    const aborted = new Promise((resolve) => {
      agent.serve(({ signal }) => {
        signal.addEventListener('abort', () => resolve(signal.reason))
        return new Promise(() => undefined)
      })
    })
    const sleeping = clock.sleeping()
    const id = call({}, { timeout_ms: 5000 })
    await until('it is under way', () => clock.sleeping() > sleeping)
    clock.advance(5000)
    expect(await aborted).toMatchObject({ code: 'timeout' })
    expect(await answersTo(id)).toEqual(failedWith({ code: -32603 }))
  })

  test('that the gateway has forgotten is aborted, and nothing more is said', async () => {
    const { gateway, agent, call, responsesTo } = await setUp()
    gateway.intercept = (message, connection) => {
      if (message.type !== 'EXEC_RESPONSE') return false
      connection.refuse(message, 'MALFORMED_MESSAGE', 'unknown_request')
      return true
    }
    let isReturned = false
    agent.serve(async function* ({ signal }) {
      try {
        yield 1
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        yield 2
      } finally {
        isReturned = true
      }
    })
    const id = call()
    await until('the handler has ended', () => isReturned)
    expect(responsesTo(id).map(({ payload }) => payload.status)).toEqual(['streaming'])
  })

  test('of another agent is none', async () => {
    const { gateway, agent } = await setUp()
    const other: Connection = await createConnection(
      { url: gateway.http, key: new Uint8Array(32).fill(1) },
      createPlatform({}),
    )
    onTestFinished(() => other.close())
    await other.register()
    let calls = 0
    agent.serve(() => calls++)
    const heard = new Promise((resolve) => agent.on('exec_request', resolve))
    await other.send('EXEC_REQUEST', agent.did, { args: { method: 'GetTask', params: {} } })
    await heard
    await agent.send('PING', agent.gatewayDid ?? '', {}, { confirmed: true })
    expect(calls).toBe(0)
  })
})

describe('answers', () => {
  test('go on after a lost connection: what was not confirmed comes again, with the same ids, in order', async () => {
    const { clock, gateway, agent, call, responsesTo } = await setUp()
    const release = Promise.withResolvers<void>()
    agent.serve(async function* () {
      for (let count = 0; count < 10; count++) yield count
      await release.promise
      for (let count = 10; count < 20; count++) yield count
    })
    const id = call()
    await until('half is said', () => responsesTo(id).length === 10)
    const back = new Promise((resolve) => agent.on('registered', resolve))
    const gone = new Promise((resolve) => agent.on('disconnected', resolve))
    gateway.cut()
    await gone
    release.resolve()
    clock.advance(1000)
    await back
    await until('the call is over', () => responsesTo(id).at(-1)?.payload.status === 'completed')
    const ids = [...new Set(responsesTo(id).map((response) => response.id))]
    const results = ids.map((one) => responsesTo(id).find((response) => response.id === one)?.payload.result)
    expect(results).toEqual([...Array(20).keys(), undefined])
    expect(responsesTo(id)).toHaveLength(31)
  })

  test('wait where the gateway takes no more than it confirms, and keep below its rate', async () => {
    const { clock, hurry, agent, call, responsesTo } = await setUp()
    let asked = 0
    agent.serve(async function* () {
      for (; asked < 500; asked++) yield asked
    })
    const start = clock.now()
    const id = call()
    await until('the burst is sent, and as much waits as may', () => asked === 64 + 256)
    expect(responsesTo(id)).toHaveLength(64)
    hurry.isOn = true
    clock.advance(1000 / 80)
    await until('all is said', () => responsesTo(id).length === 501)
    expect(clock.now() - start).toBeGreaterThanOrEqual(((501 - 64) / 80) * 1000)
    const numbers = responsesTo(id).map(({ payload }) => payload.result)
    expect(numbers.slice(0, 500)).toEqual([...Array(500).keys()])
  })
})
