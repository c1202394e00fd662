import { describe, expect, test } from 'vitest'
import { newHub, RELIABLE, useWebPubSub, type Client } from './support/fixture.ts'
import { openRaw, refusedHandshake, type RawClient } from './support/raw-client.ts'

const fixture = useWebPubSub()

type Session = { raw: RawClient; connectionId: string; token: string; url: string }

/** A raw reliable client, because the SDK acknowledges and recovers by itself. */
const connect = async (hub: string, groups = ['g']): Promise<Session> => {
  const url = await fixture.url(hub, { groups, userId: 'u', roles: ['webpubsub.sendToGroup'] })
  const raw = await openRaw(url, { protocols: RELIABLE })
  const { connectionId, reconnectionToken } = await raw.next()
  return { raw, url, connectionId: String(connectionId), token: String(reconnectionToken) }
}

const recoveryUrl = ({ url, connectionId, token }: Session): string =>
  `${url.replace(/\?.*/, '')}?awps_connection_id=${connectionId}&awps_reconnection_token=${token}`

const recover = (session: Session): Promise<RawClient> =>
  openRaw(recoveryUrl(session), { protocols: RELIABLE })

/** Breaks the connection at the service's end, so that the service knows of it when this settles. */
const cut = async ({ raw, url }: Session): Promise<void> => {
  const hub = new URL(url).pathname.replace('/client/hubs/', '')
  fixture.service.faults.add({ operation: 'frame', target: hub, action: 'drop', count: 1 })
  raw.send({ type: 'ping' })
  await raw.closed
}

const lose = (client: Client, hub: string): Promise<void> => {
  fixture.service.faults.add({
    operation: 'deliver',
    target: client.connectionId,
    action: 'refuse',
    count: 1,
  })
  return fixture.admin(hub).sendToConnection(client.connectionId, 'cut')
}

describe('recovery through the SDK', () => {
  test('nothing is lost or doubled when the connection breaks between messages', async () => {
    const hub = newHub()
    const client = await fixture.open(hub, { groups: ['g'] })
    const group = fixture.admin(hub).group('g')
    await group.sendToAll(1)
    await lose(client, hub)
    await group.sendToAll(2)
    await group.sendToAll(3)
    const numbers = [
      await client.groupMessages.next(),
      await client.groupMessages.next(),
      await client.groupMessages.next(),
    ]
    expect(numbers.map(({ data }) => data)).toEqual([1, 2, 3])
    expect((await client.serverMessages.next()).data).toBe('cut')
    expect(client.disconnections.drain()).toEqual([])
  })

  test('groups and roles survive, and the connection keeps its id', async () => {
    const hub = newHub()
    const client = await fixture.open(hub, { roles: ['webpubsub.joinLeaveGroup', 'webpubsub.sendToGroup'] })
    await client.client.joinGroup('g')
    await lose(client, hub)
    await client.serverMessages.next()
    await client.client.sendToGroup('g', 'still there', 'text')
    expect((await client.groupMessages.next()).data).toBe('still there')
    expect(await fixture.admin(hub).connectionExists(client.connectionId)).toBe(true)
  })

  test('a session that cannot be recovered ends, and the client connects anew', async () => {
    const hub = newHub()
    const client = await fixture.open(hub, { client: { autoReconnect: true } })
    const before = client.connectionId
    const reconnected = new Promise((resolve) => client.client.on('connected', resolve))
    fixture.service.faults.add({ operation: 'recover', target: hub, action: 'refuse', count: 1 })
    await lose(client, hub)
    await reconnected
    expect((await client.disconnections.next()).connectionId).toBe(before)
    expect(client.connectionId).not.toBe(before)
  })

  test('a message whose ack was lost is not sent twice when it is repeated under its ackId', async () => {
    const hub = newHub()
    const receiver = await fixture.open(hub, { groups: ['g'] })
    const { client, connectionId, serverMessages } = await fixture.open(hub, {
      roles: ['webpubsub.sendToGroup'],
    })
    fixture.service.faults.add({ operation: 'ack', target: hub, action: 'refuse', count: 1 })
    await expect(client.sendToGroup('g', 'once', 'text', { ackId: 1 })).rejects.toThrow(/disconnected/)
    await fixture.admin(hub).sendToConnection(connectionId, 'recovered')
    await serverMessages.next()
    expect((await client.sendToGroup('g', 'once', 'text', { ackId: 1 })).isDuplicated).toBe(true)
    await fixture.admin(hub).group('g').sendToAll('end', { contentType: 'text/plain' })
    const messages = [await receiver.groupMessages.next(), await receiver.groupMessages.next()]
    expect(messages.map(({ data }) => data)).toEqual(['once', 'end'])
  })
})

describe('sequence ids and acknowledgement', () => {
  test('messages are numbered from 1, acks and pongs are not', async () => {
    const hub = newHub()
    const { raw } = await connect(hub)
    await fixture.admin(hub).group('g').sendToAll('a')
    await fixture.admin(hub).sendToAll('b')
    raw.send({ type: 'ping' })
    expect([await raw.next(), await raw.next(), await raw.next()]).toMatchObject([
      { from: 'group', sequenceId: 1 },
      { from: 'server', sequenceId: 2 },
      { type: 'pong' },
    ])
    raw.socket.terminate()
  })

  test('a recovered client gets "connected" again, then what it did not acknowledge, in order', async () => {
    const hub = newHub()
    const session = await connect(hub)
    const group = fixture.admin(hub).group('g')
    for (const n of [1, 2, 3]) await group.sendToAll(n)
    session.raw.send({ type: 'sequenceAck', sequenceId: 2 })
    session.raw.send({ type: 'sendToGroup', group: 'other', data: 0, ackId: 1 })
    for (let frame = await session.raw.next(); frame.type !== 'ack'; frame = await session.raw.next());
    await cut(session)
    await group.sendToAll(4)
    const again = await recover(session)
    expect(await again.next()).toMatchObject({
      event: 'connected',
      connectionId: session.connectionId,
      userId: 'u',
    })
    expect([await again.next(), await again.next()]).toMatchObject([
      { data: 3, sequenceId: 3 },
      { data: 4, sequenceId: 4 },
    ])
    await group.sendToAll(5)
    expect(await again.next()).toMatchObject({ data: 5, sequenceId: 5 })
    again.socket.terminate()
  })

  test('a recovery takes the session over from a socket that only seems open', async () => {
    const hub = newHub()
    const session = await connect(hub)
    const again = await recover(session)
    expect(await again.next()).toMatchObject({ event: 'connected', connectionId: session.connectionId })
    expect(await session.raw.closed).toMatchObject({ code: 1006 })
    await fixture.admin(hub).group('g').sendToAll('here')
    expect(await again.next()).toMatchObject({ data: 'here' })
    again.socket.terminate()
  })

  test('a thousand messages without acknowledgement are kept, one more ends the session with 1008', async () => {
    const hub = newHub()
    const { raw } = await connect(hub)
    const admin = fixture.admin(hub)
    const { client } = await fixture.open(hub, { roles: ['webpubsub.sendToGroup'] })
    const send = (count: number): Promise<unknown> =>
      Promise.all(Array.from({ length: count }, (_, n) => client.sendToGroup('g', n, 'json')))
    await send(1000)
    expect(await admin.groupExists('g')).toBe(true)
    await send(1)
    expect(await raw.closed).toMatchObject({ code: 1008 })
    expect(await admin.groupExists('g')).toBe(false)
  })

  test('acknowledged messages make room for more', async () => {
    const hub = newHub()
    const { raw } = await connect(hub)
    const { client } = await fixture.open(hub, { roles: ['webpubsub.sendToGroup'] })
    for (let round = 1; round <= 3; round++) {
      await Promise.all(Array.from({ length: 900 }, (_, n) => client.sendToGroup('g', n, 'json')))
      raw.send({ type: 'sequenceAck', sequenceId: round * 900 })
      raw.send({ type: 'sendToGroup', group: 'x', data: 0, ackId: round })
      for (let frame = await raw.next(); frame.type !== 'ack'; frame = await raw.next());
    }
    expect(await fixture.admin(hub).groupExists('g')).toBe(true)
    raw.socket.terminate()
  })

  test('a message whose time to live is over is not replayed', async () => {
    const hub = newHub()
    const session = await connect(hub)
    await cut(session)
    const group = fixture.admin(hub).group('g')
    await group.sendToAll('short', { messageTtlSeconds: 5 })
    await group.sendToAll('long', { messageTtlSeconds: 20 })
    await group.sendToAll('endless')
    fixture.service.clock.advance(10_000)
    const again = await recover(session)
    await again.next()
    expect([await again.next(), await again.next()]).toMatchObject([{ data: 'long' }, { data: 'endless' }])
    again.socket.terminate()
  })
})

describe('the end of a session', () => {
  test('a client that is away exists for 30 seconds, then it is gone and its recovery is refused with 1008', async () => {
    const hub = newHub()
    const session = await connect(hub)
    await cut(session)
    const admin = fixture.admin(hub)
    fixture.service.clock.advance(29_000)
    expect(await admin.connectionExists(session.connectionId)).toBe(true)
    fixture.service.clock.advance(1_001)
    expect(await admin.connectionExists(session.connectionId)).toBe(false)
    const again = await recover(session)
    expect(await again.closed).toMatchObject({ code: 1008 })
  })

  test('a client that came back in time may be away for another 30 seconds', async () => {
    const hub = newHub()
    const session = await connect(hub)
    await cut(session)
    fixture.service.clock.advance(20_000)
    const again = await recover(session)
    await again.next()
    fixture.service.clock.advance(20_000)
    expect(await fixture.admin(hub).connectionExists(session.connectionId)).toBe(true)
    again.socket.terminate()
  })

  test('a wrong reconnection token is refused with 1008, and the session lives on', async () => {
    const hub = newHub()
    const session = await connect(hub)
    const other = await connect(hub)
    const thief = await recover({ ...session, token: other.token })
    expect(await thief.closed).toMatchObject({ code: 1008 })
    await fixture.admin(hub).group('g').sendToAll('mine')
    expect(await session.raw.next()).toMatchObject({ data: 'mine' })
    for (const { raw } of [session, other]) raw.socket.terminate()
  })

  test('a connection that the server closed cannot be recovered', async () => {
    const hub = newHub()
    const session = await connect(hub)
    await fixture.admin(hub).closeConnection(session.connectionId, { reason: 'enough' })
    expect(await session.raw.next()).toMatchObject({ event: 'disconnected', message: 'enough' })
    await session.raw.closed
    expect(await (await recover(session)).closed).toMatchObject({ code: 1008 })
  })

  test('an unavailable service answers a recovery with 503, which leaves the session to be tried again', async () => {
    const hub = newHub()
    const session = await connect(hub)
    await cut(session)
    fixture.service.faults.add({ operation: 'recover', target: hub, action: 'unavailable', count: 1 })
    expect((await refusedHandshake(recoveryUrl(session), { protocols: RELIABLE })).status).toBe(503)
    const again = await recover(session)
    expect(await again.next()).toMatchObject({ connectionId: session.connectionId })
    again.socket.terminate()
  })
})

describe('a service that ends sessions at a clean close', () => {
  const strict = useWebPubSub(() => ({ cleanCloseEndsSession: true }))

  test('a stopped client is gone at once', async () => {
    const hub = newHub()
    const { client, connectionId, disconnections } = await strict.open(hub)
    client.stop()
    await disconnections.next()
    expect(await strict.admin(hub).connectionExists(connectionId)).toBe(false)
  })
})

test('by default a stopped reliable client is kept for its recovery, a plain one is gone', async () => {
  const hub = newHub()
  const { client, connectionId, disconnections } = await fixture.open(hub)
  client.stop()
  await disconnections.next()
  expect(await fixture.admin(hub).connectionExists(connectionId)).toBe(true)
})
