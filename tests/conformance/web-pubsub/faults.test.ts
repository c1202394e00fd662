import { WebPubSubJsonProtocol } from '@azure/web-pubsub-client'
import { afterAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../../local/service/faults.ts'
import { advanceUntil } from './support/advance-until.ts'
import { startEventHandler, type EventHandlerServer } from './support/event-handler.ts'
import { JSON_PROTOCOL, newHub, useWebPubSub, type Client } from './support/fixture.ts'
import { refusedHandshake } from './support/raw-client.ts'

let handler: EventHandlerServer
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  const eventHandlers = [{ urlTemplate: `${handler.url}/{event}`, userEventPattern: '*' }]
  return {
    config: { hubs: { faulty: { eventHandlers }, brisk: { webSocketKeepAliveIntervalInSeconds: 1 } } },
  }
})
afterAll(() => handler.stop())

const control = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${fixture.service.port}/__local/${path}`, init)

/** Adds a fault over HTTP, as tests in another process do. */
const addFault = async (fault: Fault): Promise<() => Promise<Response>> => {
  const response = await control('faults', { method: 'POST', body: JSON.stringify(fault) })
  const { id } = (await response.json()) as { id: number }
  return () => control(`faults?id=${id}`, { method: 'DELETE' })
}

const openPlain = (hub: string, groups: string[] = []): Promise<Client> =>
  fixture.open(hub, {
    groups,
    roles: ['webpubsub.sendToGroup'],
    client: { protocol: WebPubSubJsonProtocol() },
  })

describe('faults', () => {
  test('deliver + drop loses a message of one group silently', async () => {
    const hub = newHub()
    const client = await openPlain(hub, ['g', 'h'])
    const admin = fixture.admin(hub)
    await addFault({ operation: 'deliver', target: 'g', action: 'drop', count: 1 })
    await admin.group('h').sendToAll(0)
    await admin.group('g').sendToAll(1)
    await admin.group('g').sendToAll(2)
    expect([(await client.groupMessages.next()).data, (await client.groupMessages.next()).data]).toEqual([
      0, 2,
    ])
  })

  test('deliver + refuse cuts the connections that would get the message', async () => {
    const hub = newHub()
    const client = await openPlain(hub, ['g'])
    await addFault({ operation: 'deliver', target: 'g', action: 'refuse', count: 1 })
    await fixture.admin(hub).group('g').sendToAll(1)
    await client.disconnections.next()
    expect(client.groupMessages.drain()).toEqual([])
    expect(await fixture.admin(hub).groupExists('g')).toBe(false)
  })

  test('deliver + hold keeps messages back until the fault is removed, in their order', async () => {
    const hub = newHub()
    const client = await openPlain(hub, ['g'])
    const admin = fixture.admin(hub)
    const remove = await addFault({ operation: 'deliver', target: 'g', action: 'hold' })
    await admin.group('g').sendToAll(1)
    await admin.group('g').sendToAll(2)
    await admin.sendToAll('not held', { contentType: 'text/plain' })
    expect((await client.serverMessages.next()).data).toBe('not held')
    expect(client.groupMessages.drain()).toEqual([])
    await remove()
    expect([(await client.groupMessages.next()).data, (await client.groupMessages.next()).data]).toEqual([
      1, 2,
    ])
  })

  test('rest + unavailable answers 503, + refuse 400, + drop cuts the connection, each for its group or hub', async () => {
    const hub = newHub()
    const admin = fixture.admin(hub)
    await addFault({ operation: 'rest', target: 'g', action: 'unavailable', count: 1 })
    await admin.group('h').sendToAll(1)
    await expect(admin.group('g').sendToAll(1)).rejects.toMatchObject({ statusCode: 503 })
    await addFault({ operation: 'rest', target: hub, action: 'refuse', count: 1 })
    await expect(admin.sendToAll(1)).rejects.toMatchObject({ statusCode: 400 })
    await addFault({ operation: 'rest', target: hub, action: 'drop', count: 1 })
    await expect(admin.sendToAll(1)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await admin.sendToAll(1)
  })

  test('connect + refuse answers 401, + unavailable 503', async () => {
    const hub = newHub()
    const url = await fixture.url(hub)
    await addFault({ operation: 'connect', target: hub, action: 'refuse', count: 1 })
    expect((await refusedHandshake(url)).status).toBe(401)
    await addFault({ operation: 'connect', target: hub, action: 'unavailable', count: 1 })
    expect((await refusedHandshake(url)).status).toBe(503)
  })

  test('frame + refuse fails the frame, + drop cuts the connection that sent it', async () => {
    const hub = newHub()
    const { client, disconnections } = await openPlain(hub)
    await addFault({ operation: 'frame', target: 'g', action: 'refuse', count: 1 })
    await expect(client.sendToGroup('g', 1, 'json')).rejects.toMatchObject({
      errorDetail: { name: 'InternalServerError' },
    })
    await client.sendToGroup('g', 1, 'json')
    await addFault({ operation: 'frame', target: 'g', action: 'drop', count: 1 })
    await expect(client.sendToGroup('g', 1, 'json')).rejects.toThrow(/disconnected/)
    await disconnections.next()
  })

  test('upstream + refuse stands for an event handler that answers 403, + unavailable for 503, + drop for no answer', async () => {
    const { client } = await openPlain('faulty')
    await addFault({ operation: 'upstream', target: 'refused', action: 'refuse', count: 1 })
    await expect(client.sendEvent('refused', 1, 'json')).rejects.toMatchObject({
      errorDetail: { name: 'InternalServerError', message: expect.stringContaining('403') },
    })
    await addFault({ operation: 'upstream', target: 'retried', action: 'drop', count: 1 })
    await addFault({ operation: 'upstream', target: 'retried', action: 'unavailable', count: 2 })
    const sent = advanceUntil(fixture.service.clock, client.sendEvent('retried', 1, 'json'))
    expect(await sent).toMatchObject({ isDuplicated: false })
  })
})

describe('the meter', () => {
  const kilobytes = (count: number): string => 'x'.repeat(count * 1024)

  test('every delivery counts in messages of 2 KB, and so does the call of the event handler', async () => {
    const receivers = await Promise.all(Array.from({ length: 10 }, () => openPlain('faulty', ['g'])))
    const { client } = await openPlain('faulty')
    await control('meter', { method: 'DELETE' })
    await client.sendToGroup('g', kilobytes(3), 'text')
    await client.sendEvent('e', kilobytes(4), 'text')
    await Promise.all(receivers.map(({ groupMessages }) => groupMessages.next()))
    expect(await (await control('meter')).json()).toEqual({
      operations: { 'client.message': 20, 'upstream.message': 2 },
      total: 22,
    })
  })

  test('what nobody receives costs nothing, a replay costs again', async () => {
    const hub = newHub()
    const client = await fixture.open(hub, { groups: ['g'] })
    fixture.service.meter.reset()
    await fixture.admin(hub).group('nobody').sendToAll('x')
    expect(fixture.service.meter.read().total).toBe(0)
    fixture.service.faults.add({ operation: 'deliver', target: 'g', action: 'refuse', count: 1 })
    await fixture.admin(hub).group('g').sendToAll('x')
    await client.groupMessages.next()
    expect(fixture.service.meter.read().operations).toEqual({ 'client.message': 1 })
  })
})

describe('the clock', () => {
  test('it is read and advanced over HTTP', async () => {
    const read = async (): Promise<number> =>
      Date.parse(((await (await control('clock')).json()) as { now: string }).now)
    const before = await read()
    await control('clock', { method: 'POST', body: JSON.stringify({ advanceMs: 3_600_000 }) })
    expect((await read()) - before).toBeGreaterThanOrEqual(3_600_000)
  })
})

describe('keep-alive', () => {
  test("a client is pinged in the hub's interval", async () => {
    const hub = newHub()
    const client = await fixture.openRaw(hub, { raw: { protocols: JSON_PROTOCOL } })
    await client.next()
    const pinged = new Promise((resolve) => client.socket.once('ping', resolve))
    fixture.service.clock.advance(1001)
    fixture.service.clock.advance(20_000)
    await pinged
  })

  test('a client that gives no sign of life is cut off', async () => {
    const client = await fixture.openRaw('brisk', { raw: { protocols: JSON_PROTOCOL, autoPong: false } })
    expect(await client.closed).toMatchObject({ code: 1006 })
  })

  test('a ping costs nothing and reaches no event handler', async () => {
    const client = await fixture.openRaw('faulty', { raw: { protocols: JSON_PROTOCOL } })
    await client.next()
    handler.events.drain()
    fixture.service.meter.reset()
    client.send({ type: 'ping' })
    expect(await client.next()).toEqual({ type: 'pong' })
    expect(fixture.service.meter.read().total).toBe(0)
    expect(handler.events.drain()).toEqual([])
  })
})
