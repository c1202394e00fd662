import { createHmac } from 'node:crypto'
import { WebPubSubJsonProtocol } from '@azure/web-pubsub-client'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { LOCAL_ACCESS_KEY } from '../../../local/web-pubsub/tokens/keys.ts'
import { startEventHandler, type EventHandlerServer, type HandledEvent } from './support/event-handler.ts'
import { JSON_PROTOCOL, useWebPubSub } from './support/fixture.ts'
import { openRaw, refusedHandshake } from './support/raw-client.ts'

const all: Array<'connect' | 'connected' | 'disconnected'> = ['connect', 'connected', 'disconnected']

let handler: EventHandlerServer
const fixture = useWebPubSub(async () => {
  handler = await startEventHandler()
  const { url } = handler
  return {
    secondaryKey: 'second',
    config: {
      hubs: {
        full: {
          eventHandlers: [
            { urlTemplate: `${url}/{hub}/{event}?code=k`, userEventPattern: '*', systemEvents: all },
          ],
        },
        users: {
          eventHandlers: [
            { urlTemplate: `${url}/first`, userEventPattern: 'one' },
            { urlTemplate: `${url}/second`, userEventPattern: 'one,two' },
          ],
        },
        open: {
          anonymousConnectPolicy: 'allow',
          eventHandlers: [{ urlTemplate: `${url}/open`, userEventPattern: '*', systemEvents: ['connect'] }],
        },
      },
    },
  }
})
afterAll(() => handler.stop())

beforeEach(() => {
  handler.answer({ status: 204 })
  handler.answerValidation({ headers: { 'webhook-allowed-origin': '*' } })
  handler.events.drain()
})

const nextEvent = async (name: string): Promise<HandledEvent> => {
  for (;;) {
    const event = await handler.events.next()
    if (event.headers['ce-eventname'] === name) return event
  }
}

const json = (value: unknown, headers: Record<string, string> = {}) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

describe('connect', () => {
  test('it is asked before the handshake with claims, query, headers and sub-protocols, without the token', async () => {
    const url = await fixture.url('full', { userId: 'u', roles: ['r'], groups: ['g'] })
    const client = await openRaw(`${url}&x=1&x=2`, {
      protocols: [JSON_PROTOCOL, 'y'],
      headers: { 'x-test': 'value' },
    })
    const event = await nextEvent('connect')
    expect(event.path).toBe('/full/connect?code=k')
    const { claims, query, headers, subprotocols, clientCertificates } = JSON.parse(event.body.toString())
    expect(claims).toMatchObject({ sub: ['u'], role: ['r'], 'webpubsub.group': ['g'] })
    expect(query).toEqual({ x: ['1', '2'] })
    expect(headers).toMatchObject({ 'x-test': ['value'], host: [`127.0.0.1:${fixture.service.port}`] })
    expect(subprotocols).toEqual([JSON_PROTOCOL, 'y'])
    expect(clientCertificates).toEqual([])
    expect(await client.next()).toMatchObject({ event: 'connected', userId: 'u' })
    client.socket.terminate()
  })

  test('its answer gives user id, groups, roles and sub-protocol', async () => {
    handler.answer((event) =>
      event.headers['ce-eventname'] === 'connect'
        ? json({
            userId: 'renamed',
            groups: ['g'],
            roles: ['webpubsub.sendToGroup.g'],
            subprotocol: JSON_PROTOCOL,
          })
        : { status: 204 },
    )
    const client = await openRaw(await fixture.url('full', { userId: 'u' }), {
      protocols: ['other', JSON_PROTOCOL],
    })
    expect(client.socket.protocol).toBe(JSON_PROTOCOL)
    expect(await client.next()).toMatchObject({ event: 'connected', userId: 'renamed' })
    client.send({ type: 'sendToGroup', group: 'g', data: 1 })
    expect(await client.next()).toMatchObject({ group: 'g', fromUserId: 'renamed' })
    client.socket.terminate()
  })

  test('an anonymous client with a sub-protocol of its own is let in by the answer', async () => {
    handler.answer(json({ userId: 'did:example:1', subprotocol: 'ioap.v1' }))
    const client = await openRaw(`ws://127.0.0.1:${fixture.service.port}/client/hubs/open`, {
      protocols: 'ioap.v1',
    })
    expect(client.socket.protocol).toBe('ioap.v1')
    const connect = await nextEvent('connect')
    expect(connect.headers['ce-userid']).toBeUndefined()
    handler.answer({ headers: { 'content-type': 'text/plain' }, body: 'reply' })
    client.socket.send('{"type":"HELLO"}')
    expect(await client.raw.next()).toBe('reply')
    const event = await nextEvent('message')
    expect(event.headers).toMatchObject({ 'ce-userid': 'did:example:1', 'ce-subprotocol': 'ioap.v1' })
    expect(event.body.toString()).toBe('{"type":"HELLO"}')
    client.socket.terminate()
  })

  test.each([401, 403, 404])('a refusal with %i is what the client sees', async (status) => {
    handler.answer({ status, body: 'not you' })
    const refused = await refusedHandshake(await fixture.url('full'), { protocols: JSON_PROTOCOL })
    expect(refused).toEqual({ status, body: 'not you' })
  })

  test('a sub-protocol that was not offered is an error of the event handler', async () => {
    handler.answer(json({ subprotocol: 'surprise' }))
    const refused = await refusedHandshake(await fixture.url('full'), { protocols: JSON_PROTOCOL })
    expect(refused.status).toBe(500)
  })

  test('an answer that cannot be read is an error of the event handler', async () => {
    handler.answer(json({ groups: 'g' }))
    expect((await refusedHandshake(await fixture.url('full'))).status).toBe(500)
  })
})

describe('connected and disconnected', () => {
  test('they come in this order, with the reason of the end', async () => {
    const { connectionId } = await fixture.open('full', {
      userId: 'u',
      client: { protocol: WebPubSubJsonProtocol() },
    })
    const connected = await nextEvent('connected')
    expect(connected.headers).toMatchObject({
      'ce-type': 'azure.webpubsub.sys.connected',
      'ce-connectionid': connectionId,
      'ce-subprotocol': JSON_PROTOCOL,
      'ce-userid': 'u',
    })
    expect(JSON.parse(connected.body.toString())).toEqual({})
    await fixture.admin('full').closeConnection(connectionId, { reason: 'done' })
    const disconnected = await nextEvent('disconnected')
    expect(disconnected.headers['ce-connectionid']).toBe(connectionId)
    expect(JSON.parse(disconnected.body.toString())).toEqual({ reason: 'done' })
  })

  test('a reliable client that is away is disconnected when its time is over, and not connected anew by a recovery', async () => {
    const { connectionId } = await fixture.open('full', { userId: 'away' })
    fixture.service.faults.add({ operation: 'deliver', target: connectionId, action: 'refuse', count: 1 })
    fixture.service.faults.add({ operation: 'recover', target: 'full', action: 'unavailable' })
    await fixture.admin('full').sendToConnection(connectionId, 'cut')
    fixture.service.clock.advance(30_001)
    const disconnected = await nextEvent('disconnected')
    expect(disconnected.headers['ce-connectionid']).toBe(connectionId)
    fixture.service.faults.remove()
  })

  test('the client does not wait for them', async () => {
    const waiting = Promise.withResolvers<void>()
    handler.answer(async (event) => {
      if (event.headers['ce-eventname'] === 'connected') await waiting.promise
      return { status: 204 }
    })
    const { client } = await fixture.open('full')
    await client.sendEvent('early', 'x', 'text')
    expect((await nextEvent('early')).body.toString()).toBe('x')
    waiting.resolve()
  })
})

describe('user events', () => {
  test('an event is a CloudEvent with the extensions of Web PubSub, signed with both keys', async () => {
    const { client, connectionId } = await fixture.open('full', { userId: 'u' })
    await client.sendEvent('chat', { text: 'hi' }, 'json')
    const { headers, body, path } = await nextEvent('chat')
    const sign = (key: string): string =>
      `sha256=${createHmac('sha256', key).update(connectionId).digest('hex')}`
    expect(path).toBe('/full/chat?code=k')
    expect(JSON.parse(body.toString())).toEqual({ text: 'hi' })
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-awpsversion': '1.0',
      'ce-type': 'azure.webpubsub.user.chat',
      'ce-source': `/hubs/full/client/${connectionId}`,
      'ce-id': expect.any(String),
      'ce-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      'ce-hub': 'full',
      'ce-eventname': 'chat',
      'ce-connectionid': connectionId,
      'ce-userid': 'u',
      'ce-signature': `${sign(LOCAL_ACCESS_KEY)},${sign('second')}`,
      'webhook-request-origin': '127.0.0.1',
    })
  })

  test('text and binary arrive with their content type', async () => {
    const { client } = await fixture.open('full')
    await client.sendEvent('t', 'grüße', 'text')
    const text = await nextEvent('t')
    expect([text.headers['content-type'], text.body.toString()]).toEqual(['text/plain', 'grüße'])
    await client.sendEvent('b', new Uint8Array([0, 255]).buffer, 'binary')
    const binary = await nextEvent('b')
    expect([binary.headers['content-type'], ...binary.body]).toEqual(['application/octet-stream', 0, 255])
  })

  test.each([
    ['text/plain; charset=utf-8', 'hello', { dataType: 'text', data: 'hello' }],
    ['application/json', '{"a":1}', { dataType: 'json', data: { a: 1 } }],
    ['application/octet-stream', Buffer.from([1, 2]), { dataType: 'binary', data: 'AQI=' }],
  ])('an answer of type %s goes to the client, before the ack', async (type, body, expected) => {
    handler.answer((event) =>
      event.headers['ce-eventname'] === 'ask' ? { headers: { 'content-type': type }, body } : { status: 204 },
    )
    const client = await openRaw(await fixture.url('full'), { protocols: JSON_PROTOCOL })
    await client.next()
    client.send({ type: 'event', event: 'ask', data: 1, ackId: 1 })
    expect(await client.next()).toEqual({ type: 'message', from: 'server', ...expected })
    expect(await client.next()).toEqual({ type: 'ack', ackId: 1, success: true })
    client.socket.terminate()
  })

  test('the next frame of the connection waits until the event is handled, a ping does not', async () => {
    const waiting = Promise.withResolvers<void>()
    handler.answer(async (event) => {
      if (event.headers['ce-eventname'] === 'slow') await waiting.promise
      return { status: 204 }
    })
    const client = await openRaw(await fixture.url('full', { roles: ['webpubsub.joinLeaveGroup'] }), {
      protocols: JSON_PROTOCOL,
    })
    await client.next()
    client.send({ type: 'event', event: 'slow', data: 1, ackId: 1 })
    client.send({ type: 'joinGroup', group: 'g', ackId: 2 })
    client.send({ type: 'ping' })
    expect(await client.next()).toEqual({ type: 'pong' })
    expect(await fixture.admin('full').groupExists('g')).toBe(false)
    waiting.resolve()
    expect([await client.next(), await client.next()]).toMatchObject([{ ackId: 1 }, { ackId: 2 }])
    client.socket.terminate()
  })

  test('the connection state goes with every event until an answer changes it', async () => {
    const state = (value: string): Record<string, string> => ({ 'ce-connectionState': btoa(value) })
    handler.answer((event) =>
      event.headers['ce-eventname'] === 'connect' ? { status: 204, headers: state('one') } : { status: 204 },
    )
    const { client } = await fixture.open('full')
    await client.sendEvent('a', 1, 'json')
    expect((await nextEvent('a')).headers['ce-connectionstate']).toBe(btoa('one'))
    handler.answer({ status: 204, headers: state('two') })
    await client.sendEvent('b', 1, 'json')
    await client.sendEvent('c', 1, 'json')
    expect((await nextEvent('c')).headers['ce-connectionstate']).toBe(btoa('two'))
  })

  test('the first handler that wants the event gets it; what none wants fails', async () => {
    const { client } = await fixture.open('users')
    await client.sendEvent('one', 1, 'json')
    await client.sendEvent('two', 1, 'json')
    expect([(await nextEvent('one')).path, (await nextEvent('two')).path]).toEqual(['/first', '/second'])
    await expect(client.sendEvent('three', 1, 'json')).rejects.toMatchObject({
      errorDetail: { name: 'InternalServerError' },
    })
  })

  test('a failure of the handler is an error of the ack, and the connection stays', async () => {
    handler.answer((event) =>
      event.headers['ce-eventname'] === 'bad' ? { status: 400, body: 'bad event' } : { status: 204 },
    )
    const { client } = await fixture.open('full')
    await expect(client.sendEvent('bad', 1, 'json')).rejects.toMatchObject({
      errorDetail: { name: 'InternalServerError', message: 'bad event' },
    })
    await client.sendEvent('good', 1, 'json')
  })

  test('an event name that is none is a bad request', async () => {
    const { client } = await fixture.open('full')
    await expect(client.sendEvent('1st', 1, 'json')).rejects.toMatchObject({
      errorDetail: { name: 'BadRequest' },
    })
  })
})
