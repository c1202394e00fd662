import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startSmallGateway, type SmallGateway } from '../tests/fixtures/client/start-small-gateway.ts'
import { createManualClock } from '../tests/fixtures/manual-clock.ts'
import { until } from '../tests/e2e/support/until.ts'
import type { Connection, ConnectOptions } from './connection.ts'
import type { ClientError } from './client-error.ts'
import { createConnection } from './create-connection.ts'
import { createPlatform, type Platform } from './platform.ts'

const REPLY_MS = 15_000
const PING_MS = 60_000

const newKey = (): Uint8Array => new Uint8Array(randomBytes(32))

/** A gateway, a clock that both sides go by, and agents that hang up when the test is over. */
const setUp = async (options: Parameters<typeof startSmallGateway>[0] = {}) => {
  const clock = createManualClock(Date.now())
  const gateway = await startSmallGateway({ clock, ...options })
  /** Milliseconds for which it was waited before another attempt to connect. */
  const pauses: number[] = []
  const sleep: Platform['sleep'] = (ms, signal) => {
    if (![REPLY_MS, PING_MS].includes(ms)) pauses.push(ms)
    return clock.sleep(ms, signal)
  }
  const connect = async (given: Partial<ConnectOptions> = {}): Promise<Connection> => {
    const platform = { ...createPlatform({}), now: clock.now, sleep, random: () => 1 }
    const connection = await createConnection({ url: gateway.http, key: newKey(), ...given }, platform)
    onTestFinished(() => connection.close())
    return connection
  }
  return { clock, gateway, pauses, connect }
}

const typesOf = ({ seen }: SmallGateway): string[] => seen.map(({ type }) => type)

const next = <Name extends Parameters<Connection['on']>[0]>(connection: Connection, name: Name) =>
  new Promise((resolve) => {
    const stop = connection.on(name, (event) => {
      stop()
      resolve(event)
    })
  })

const refusedWith = (reason: string): object => ({
  code: 'refused',
  details: expect.objectContaining({ reason }),
})

describe('registering', () => {
  test('proves the key, carries the nonce of the negotiation and tells what the gateway answers', async () => {
    const { gateway, connect } = await setUp()
    const agent = await connect()
    const registered = await agent.register({ name: 'Poet', capabilities: ['a2a'] })
    expect(registered).toMatchObject({ did: agent.did, agent_timeout: 300 })
    expect(agent.gatewayDid).toBe(gateway.identity.did)
    expect(gateway.seen[0]).toMatchObject({
      type: 'REGISTER',
      from: agent.did,
      payload: { name: 'Poet', capabilities: ['a2a'], nonce: gateway.nonces[0] },
    })
  })

  test('at a WebSocket address needs no negotiation', async () => {
    const { gateway, connect } = await setUp()
    await (await connect({ url: gateway.socket })).register()
    expect(gateway.nonces).toEqual([])
  })

  test('at a WebSocket address that cannot upgrade negotiates another one', async () => {
    const { gateway, connect } = await setUp({ upgrades: false })
    await (await connect({ url: gateway.socket })).register()
    expect(gateway.nonces).toHaveLength(1)
  })

  test('is refused with what the gateway says', async () => {
    const { gateway, connect } = await setUp()
    gateway.intercept = (message, connection) => {
      connection.refuse(message, 'INVALID_SIGNATURE', 'signature')
      return true
    }
    await expect((await connect()).register()).rejects.toMatchObject(refusedWith('signature'))
  })

  test('a gateway other than the expected one is not believed', async () => {
    const { connect } = await setUp()
    const agent = await connect({ gatewayDid: (await connect()).did })
    await expect(agent.register()).rejects.toMatchObject({ code: 'gateway_changed' })
  })
})

describe('a lost connection', () => {
  test('comes back after 1, 2, 4, … 30 s, with a new nonce, and registers again', async () => {
    const { clock, gateway, pauses, connect } = await setUp()
    const agent = await connect()
    await agent.register({ name: 'Poet' })
    let refused = 0
    gateway.intercept = (message, connection) => {
      if (message.type !== 'REGISTER' || refused === 6) return false
      refused++
      connection.refuse(message, 'INTERNAL_ERROR', 'unavailable')
      return true
    }
    const back = next(agent, 'registered')
    gateway.cut()
    const expected = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
    for (const [index, ms] of expected.entries()) {
      await until('it waits', () => pauses.length === index + 1)
      expect(gateway.nonces).toHaveLength(index + 1)
      clock.advance(ms - 1)
      clock.advance(1)
    }
    await back
    expect(pauses).toEqual(expected)
    expect(new Set(gateway.nonces).size).toBe(8)
    expect(gateway.seen.at(-1)).toMatchObject({ type: 'REGISTER', payload: { name: 'Poet' } })
  })

  test('is noticed when the gateway does not answer a PING', async () => {
    const { clock, gateway, pauses, connect } = await setUp()
    const agent = await connect()
    await agent.register()
    gateway.intercept = ({ type }) => type === 'PING'
    const [gone, back] = [next(agent, 'disconnected'), next(agent, 'registered')]
    clock.advance(60_000)
    await until('it asks', () => typesOf(gateway).includes('PING'))
    clock.advance(15_000)
    expect(await gone).toMatchObject({ reason: 'The gateway did not answer.' })
    await until('it waits', () => pauses.length === 1)
    clock.advance(1000)
    await back
  })

  test('rejects what waits for an answer, and what is sent meanwhile', async () => {
    const { gateway, connect } = await setUp()
    const [agent, other] = [await connect(), await connect()]
    await Promise.all([agent.register(), other.register()])
    const offered = agent.offer(other.did, 'v=0')
    await next(other, 'offer')
    const gone = next(agent, 'disconnected')
    gateway.cut()
    await expect(offered).rejects.toMatchObject({ code: 'connection_lost' })
    await gone
    await expect(agent.answer(other.did, 'v=0')).rejects.toMatchObject({ code: 'not_connected' })
  })

  test.each([
    ['closes with the reason', 'The agent has registered another connection.'],
    ['says so in a frame', undefined],
  ])('stays lost where another connection has replaced it: the gateway %s', async (_how, reason) => {
    const { clock, gateway, connect } = await setUp()
    const agent = await connect()
    await agent.register()
    const [closed, error] = [next(agent, 'closed'), next(agent, 'error')]
    for (const connection of gateway.connections) {
      if (reason !== undefined) connection.socket.close(1000, reason)
      else connection.refuse({ id: 'x' }, 'CONNECTION_REFUSED', 'replaced')
    }
    expect(await closed).toMatchObject({ code: 'replaced' })
    expect(await error).toMatchObject({ code: 'replaced' })
    clock.advance(60_000)
    expect(typesOf(gateway)).toEqual(['REGISTER'])
    await expect(agent.register()).rejects.toMatchObject({ code: 'closed' })
  })

  test('ends for good when the registration is refused as forged', async () => {
    const { clock, gateway, pauses, connect } = await setUp()
    const agent = await connect()
    await agent.register()
    gateway.intercept = (message, connection) => {
      connection.refuse(message, 'INVALID_SIGNATURE', 'wrong_key')
      return true
    }
    const closed = next(agent, 'closed')
    gateway.cut()
    await until('it waits', () => pauses.length === 1)
    clock.advance(1000)
    expect(await closed).toMatchObject(refusedWith('wrong_key'))
  })
})

describe('frames between agents', () => {
  test('an offer is answered; candidates and other frames come as events, believed', async () => {
    const { connect } = await setUp()
    const [alice, bob] = [await connect(), await connect()]
    await Promise.all([alice.register(), bob.register()])
    bob.on('offer', ({ id, from, payload }) => {
      void bob.answer(from, `answer to ${payload.sdp}`, { correlationId: id })
    })
    const answer = await alice.offer(bob.did, 'offer')
    expect(answer).toMatchObject({ from: bob.did, payload: { sdp: 'answer to offer' } })
    const ice = next(bob, 'ice_candidate')
    await alice.ice(bob.did, { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 })
    expect(await ice).toMatchObject({
      payload: { candidate: 'candidate:1', sdp_mid: '0', sdp_mline_index: 0 },
    })
    const intent = next(bob, 'intent')
    await alice.send('INTENT', bob.did, { query: 'Wer weiß was über Äpfel? 🍏' }, { confirmed: true })
    expect(await intent).toMatchObject({ payload: { query: 'Wer weiß was über Äpfel? 🍏' } })
  })

  test('an agent that is not there: an offer and a confirmed frame reject, other frames tell of an error', async () => {
    const { connect } = await setUp()
    const [agent, nobody] = [await connect(), await connect()]
    await agent.register()
    const unknown = refusedWith('unknown_agent')
    await expect(agent.offer(nobody.did, 'v=0')).rejects.toMatchObject(unknown)
    const confirmed = agent.send('INTENT', nobody.did, {}, { confirmed: true })
    await expect(confirmed).rejects.toMatchObject(unknown)
    const error = next(agent, 'error')
    const id = await agent.answer(nobody.did, 'v=0')
    const { details } = (await error) as ClientError
    expect(details).toMatchObject({ code: 'UNKNOWN_AGENT', correlation_id: id })
  })

  test('a frame that is too large is not sent', async () => {
    const { connect } = await setUp()
    const agent = await connect()
    await agent.register()
    const sent = agent.send('INTENT', agent.did, { query: 'x'.repeat(1_000_000) })
    await expect(sent).rejects.toMatchObject({ code: 'too_large' })
  })

  test('a frame that comes twice, or that somebody has changed, is told once or not at all', async () => {
    const { gateway, connect } = await setUp()
    const [alice, bob] = [await connect(), await connect()]
    await Promise.all([alice.register(), bob.register()])
    const heard: unknown[] = []
    const dropped: unknown[] = []
    bob.on('intent', ({ payload }) => heard.push(payload.query))
    bob.on('dropped', ({ reason }) => dropped.push(reason))
    gateway.intercept = (message) => {
      if (message.type !== 'INTENT') return false
      const target = [...gateway.connections].find(({ did }) => did === bob.did)
      const forged = { ...message, id: 'other', payload: { query: 'forged' } }
      for (const frame of [forged, message, message]) target?.socket.send(JSON.stringify(frame))
      return true
    }
    await alice.send('INTENT', bob.did, { query: 'genuine' })
    await until('all are judged', () => dropped.length === 2)
    expect({ heard, dropped }).toEqual({ heard: ['genuine'], dropped: ['signature', 'repeated'] })
  })
})

test('close says good-bye and opens nothing again', async () => {
  const { clock, gateway, connect } = await setUp()
  const agent = await connect()
  await agent.register()
  const closed = next(agent, 'closed')
  await agent.close()
  expect(await closed).toBeUndefined()
  await until('it has left', () => gateway.connections.size === 0)
  expect(typesOf(gateway)).toEqual(['REGISTER', 'UNREGISTER'])
  clock.advance(60_000)
  expect(clock.sleeping()).toBe(0)
  await expect(agent.register()).rejects.toMatchObject({ code: 'closed' })
})
