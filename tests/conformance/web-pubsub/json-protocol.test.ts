import { WebPubSubJsonProtocol } from '@azure/web-pubsub-client'
import { describe, expect, test } from 'vitest'
import {
  JSON_PROTOCOL,
  newHub,
  RELIABLE,
  useWebPubSub,
  type Client,
  type OpenOptions,
} from './support/fixture.ts'
import { refusedHandshake, type RawClient } from './support/raw-client.ts'

const fixture = useWebPubSub()

const everyGroup = ['webpubsub.joinLeaveGroup', 'webpubsub.sendToGroup']

const open = (hub: string, options: OpenOptions = {}): Promise<Client> =>
  fixture.open(hub, { ...options, client: { protocol: WebPubSubJsonProtocol(), ...options.client } })

/** A raw client that has been greeted. */
const greeted = async (hub = newHub(), roles = everyGroup): Promise<RawClient> => {
  const client = await fixture.openRaw(hub, { roles, userId: 'raw', raw: { protocols: JSON_PROTOCOL } })
  await client.next()
  return client
}

describe('groups', () => {
  test('a client joins, receives, leaves, and receives no more', async () => {
    const hub = newHub()
    const { client, groupMessages } = await open(hub, { roles: everyGroup })
    const admin = fixture.admin(hub)
    await client.joinGroup('g')
    await admin.group('g').sendToAll(1)
    await client.leaveGroup('g')
    await admin.group('g').sendToAll(2)
    await client.joinGroup('g')
    await admin.group('g').sendToAll(3)
    expect([(await groupMessages.next()).data, (await groupMessages.next()).data]).toEqual([1, 3])
  })

  test('a message carries the user id that the service knows, whatever the sender says', async () => {
    const hub = newHub()
    const receiver = await open(hub, { groups: ['g'] })
    const sender = await open(hub, { userId: 'alice', roles: everyGroup })
    await sender.client.sendToGroup('g', { fromUserId: 'mallory' }, 'json')
    expect(await receiver.groupMessages.next()).toMatchObject({ fromUserId: 'alice', group: 'g' })
  })

  test('a sender gets its own message back, unless it wants no echo', async () => {
    const { client, groupMessages } = await open(newHub(), { roles: everyGroup, groups: ['g'] })
    await client.sendToGroup('g', 'silent', 'text', { noEcho: true })
    await client.sendToGroup('g', 'echoed', 'text')
    expect((await groupMessages.next()).data).toBe('echoed')
  })

  test('text, JSON and binary pass from client to client', async () => {
    const hub = newHub()
    const receiver = await open(hub, { groups: ['g'] })
    const { client } = await open(hub, { roles: everyGroup })
    await client.sendToGroup('g', 'text 🙂', 'text')
    await client.sendToGroup('g', [1, { a: 'ü' }], 'json')
    await client.sendToGroup('g', new Uint8Array([1, 0, 255]).buffer, 'binary')
    expect(await receiver.groupMessages.next()).toMatchObject({ dataType: 'text', data: 'text 🙂' })
    expect(await receiver.groupMessages.next()).toMatchObject({ dataType: 'json', data: [1, { a: 'ü' }] })
    const { data } = await receiver.groupMessages.next()
    expect([...new Uint8Array(data as ArrayBuffer)]).toEqual([1, 0, 255])
  })

  test('groups that the client joined are joined again after a new connection', async () => {
    const hub = newHub()
    const { client, connectionId, groupMessages } = await open(hub, {
      roles: everyGroup,
      client: { autoReconnect: true },
    })
    await client.joinGroup('g')
    const reconnected = new Promise((resolve) => client.on('connected', resolve))
    await fixture.admin(hub).closeConnection(connectionId)
    await reconnected
    await fixture.admin(hub).group('g').sendToAll('again')
    expect((await groupMessages.next()).data).toBe('again')
  })

  test('messages of one sender arrive in the order in which they were sent', async () => {
    const hub = newHub()
    const receiver = await open(hub, { groups: ['g'] })
    const { client } = await open(hub, { roles: everyGroup })
    const numbers = Array.from({ length: 200 }, (_, n) => n)
    await Promise.all(numbers.map((n) => client.sendToGroup('g', n, 'json')))
    const received = await Promise.all(numbers.map(() => receiver.groupMessages.next()))
    expect(received.map(({ data }) => data)).toEqual(numbers)
  })
})

describe('roles', () => {
  test('without a role a client neither joins nor sends', async () => {
    const { client } = await open(newHub())
    const forbidden = { errorDetail: { name: 'Forbidden' } }
    await expect(client.joinGroup('g')).rejects.toMatchObject(forbidden)
    await expect(client.leaveGroup('g')).rejects.toMatchObject(forbidden)
    await expect(client.sendToGroup('g', 'x', 'text')).rejects.toMatchObject(forbidden)
  })

  test('a role for one group is no role for another', async () => {
    const { client } = await open(newHub(), {
      roles: ['webpubsub.joinLeaveGroup.a.b', 'webpubsub.sendToGroup.c'],
    })
    await client.joinGroup('a.b')
    await client.sendToGroup('c', 'x', 'text')
    await expect(client.joinGroup('c')).rejects.toMatchObject({ errorDetail: { name: 'Forbidden' } })
    await expect(client.sendToGroup('a.b', 'x', 'text')).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    })
  })

  test('a role with a wildcard is one for the groups that match', async () => {
    const { client } = await open(newHub(), {
      roles: ['webpubsub.sendToGroups.inbox.*', 'webpubsub.joinLeaveGroups.task.**'],
    })
    await client.sendToGroup('inbox.bob', 'x', 'text')
    await client.joinGroup('task.1.log')
    await expect(client.sendToGroup('inbox.bob.x', 'x', 'text')).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    })
    await expect(client.joinGroup('inbox.bob')).rejects.toMatchObject({ errorDetail: { name: 'Forbidden' } })
  })

  test('groups of the token need no role', async () => {
    const hub = newHub()
    const { groupMessages } = await open(hub, { groups: ['g'] })
    await fixture.admin(hub).group('g').sendToAll('x')
    expect((await groupMessages.next()).data).toBe('x')
  })
})

describe('acks', () => {
  test('a repeated ackId is not executed again', async () => {
    const hub = newHub()
    const receiver = await open(hub, { groups: ['g'] })
    const { client } = await open(hub, { roles: everyGroup })
    expect(await client.sendToGroup('g', 1, 'json', { ackId: 7 })).toMatchObject({ isDuplicated: false })
    expect(await client.sendToGroup('g', 2, 'json', { ackId: 7 })).toMatchObject({ isDuplicated: true })
    await client.sendToGroup('g', 3, 'json')
    expect(
      [await receiver.groupMessages.next(), await receiver.groupMessages.next()].map(({ data }) => data),
    ).toEqual([1, 3])
  })

  test('what failed may be tried again under its ackId', async () => {
    const hub = newHub()
    const { client, connectionId } = await open(hub)
    await expect(client.joinGroup('g', { ackId: 1 })).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    })
    await fixture.admin(hub).grantPermission(connectionId, 'joinLeaveGroup')
    expect(await client.joinGroup('g', { ackId: 1 })).toMatchObject({ isDuplicated: false })
  })

  test('without ackId there is no ack, neither of success nor of failure', async () => {
    const client = await greeted(newHub(), [])
    client.send({ type: 'joinGroup', group: 'g' })
    client.send({ type: 'joinGroup', group: 'g', ackId: 5 })
    expect(await client.next()).toMatchObject({ ackId: 5, success: false, error: { name: 'Forbidden' } })
  })

  test('a group name that is none is a bad request', async () => {
    const client = await greeted()
    client.send({ type: 'joinGroup', group: ' ', ackId: 1 })
    expect(await client.next()).toMatchObject({ ackId: 1, success: false, error: { name: 'BadRequest' } })
  })

  test('an event that nobody handles fails', async () => {
    const { client } = await open(newHub())
    await expect(client.sendEvent('e', 'x', 'text')).rejects.toMatchObject({
      errorDetail: { name: 'InternalServerError' },
    })
  })
})

describe('frames', () => {
  test('the first frame says who the client is', async () => {
    const client = await fixture.openRaw(newHub(), { userId: 'u', raw: { protocols: JSON_PROTOCOL } })
    expect(await client.next()).toEqual({
      type: 'system',
      event: 'connected',
      userId: 'u',
      connectionId: expect.any(String),
    })
  })

  test('names are taken in any case, dataType is json by default', async () => {
    const client = await greeted()
    client.send({ TYPE: 'JOINGROUP', Group: 'g', AckID: 1 })
    expect(await client.next()).toEqual({ type: 'ack', ackId: 1, success: true })
    client.send({ type: 'SendToGroup', group: 'g', data: { a: 1 } })
    expect(await client.next()).toEqual({
      type: 'message',
      from: 'group',
      group: 'g',
      fromUserId: 'raw',
      dataType: 'json',
      data: { a: 1 },
    })
  })

  test('metadata of a frame and of a REST request reaches the group', async () => {
    const hub = newHub()
    const client = await greeted(hub)
    client.send({ type: 'joinGroup', group: 'g' })
    client.send({ type: 'sendToGroup', group: 'g', data: 1, metadata: { trace: 'abc' } })
    expect(await client.next()).toMatchObject({ data: 1, metadata: { trace: 'abc' } })
    const options = { requestOptions: { customHeaders: { 'X-WebPubSub-Metadata-Trace': 'xyz' } } }
    await fixture.admin(hub).group('g').sendToAll(2, options)
    expect(await client.next()).toMatchObject({ data: 2, metadata: { trace: 'xyz' } })
  })

  test('a ping is answered', async () => {
    const client = await greeted()
    client.send({ type: 'ping' })
    expect(await client.next()).toEqual({ type: 'pong' })
  })

  test.each([
    ['no JSON', '{"type":'],
    ['an unknown type', { type: 'dance' }],
    ['a missing group', { type: 'joinGroup' }],
    ['null as data', { type: 'sendToGroup', group: 'g', data: null }],
    ['text that is no string', { type: 'sendToGroup', group: 'g', dataType: 'text', data: 5 }],
    ['binary that is no base64', { type: 'event', event: 'e', dataType: 'binary', data: '***' }],
    ['a time to live over 300 seconds', { type: 'sendToGroup', group: 'g', data: 1, ttlSeconds: 301 }],
  ])('%s closes the connection with 1007', async (_, frame) => {
    const client = await greeted()
    client.send(frame)
    expect(await client.next()).toMatchObject({ type: 'system', event: 'disconnected' })
    expect(await client.closed).toMatchObject({ code: 1007, reason: expect.stringMatching(/./) })
  })

  test('a binary frame closes the connection with 1003', async () => {
    const client = await greeted()
    client.socket.send(Buffer.from('{"type":"ping"}'))
    expect(await client.closed).toMatchObject({ code: 1003 })
  })

  test('a frame of more than one megabyte closes the connection with 1009', async () => {
    const hub = newHub()
    const client = await fixture.openRaw(hub, { userId: 'big', raw: { protocols: RELIABLE } })
    client.send(JSON.stringify({ type: 'event', event: 'e', data: 'x'.repeat(1_048_577) }))
    expect(await client.closed).toMatchObject({ code: 1009 })
    expect(await fixture.admin(hub).userExists('big')).toBe(false)
  })

  test('of several sub-protocols the first that the service speaks is agreed', async () => {
    const client = await fixture.openRaw(newHub(), { raw: { protocols: ['x.custom', JSON_PROTOCOL] } })
    expect(client.socket.protocol).toBe(JSON_PROTOCOL)
  })

  test('a sub-protocol of Azure that the service does not speak is refused by name', async () => {
    const url = await fixture.url(newHub())
    const refused = await refusedHandshake(url, { protocols: 'protobuf.webpubsub.azure.v1' })
    expect(refused).toMatchObject({ status: 400, body: expect.stringContaining('protobuf') })
  })
})
