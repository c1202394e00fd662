import type { GroupStream } from '@azure/web-pubsub-client'
import { describe, expect, test } from 'vitest'
import { collect } from './support/collect.ts'
import { JSON_PROTOCOL, newHub, useWebPubSub, type Client } from './support/fixture.ts'
import { createQueue, type Queue } from './support/queue.ts'
import type { Frame, RawClient } from './support/raw-client.ts'

const fixture = useWebPubSub()

const streamsOf = ({ client }: Client): Queue<GroupStream> => {
  const streams = createQueue<GroupStream>()
  client.onGroupStream((stream) => streams.push(stream))
  return streams
}

const openPair = async (): Promise<{ sender: Client; streams: Queue<GroupStream>; hub: string }> => {
  const hub = newHub()
  const receiver = await fixture.open(hub, { groups: ['g'] })
  const sender = await fixture.open(hub, { userId: 'writer', roles: ['webpubsub.sendToGroup'] })
  return { hub, sender, streams: streamsOf(receiver) }
}

describe('streams of the SDK', () => {
  test('fragments arrive in order, with their writer, and the stream ends', async () => {
    const { sender, streams } = await openPair()
    const writer = await sender.client.openGroupStream('g', { streamId: 's' })
    for (const word of ['once', 'upon', 'a time']) await writer.write(word, 'text')
    await writer.end()
    const stream = await streams.next()
    expect(stream).toMatchObject({ streamId: 's', groupName: 'g' })
    const messages = await collect(stream)
    expect(messages.map(({ data, stream: { streamSequenceId } }) => [data, streamSequenceId])).toEqual([
      ['once', 1],
      ['upon', 2],
      ['a time', 3],
    ])
    expect(messages[0]?.fromUserId).toBe('writer')
  })

  test('a stream that is aborted ends with the error of its writer', async () => {
    const { sender, streams } = await openPair()
    const writer = await sender.client.openGroupStream('g')
    await writer.write(1, 'json')
    await writer.abort({ message: 'out of words', userErrorCode: 'E7' })
    await expect(collect(await streams.next())).rejects.toEqual({
      name: 'UserError',
      message: 'out of words',
      userErrorCode: 'E7',
    })
  })

  test('a stream goes on after its writer lost the connection', async () => {
    const { hub, sender, streams } = await openPair()
    const writer = await sender.client.openGroupStream('g')
    await writer.write(1, 'json')
    fixture.service.faults.add({
      operation: 'deliver',
      target: sender.connectionId,
      action: 'refuse',
      count: 1,
    })
    await fixture.admin(hub).sendToConnection(sender.connectionId, 'cut')
    await writer.write(2, 'json')
    await writer.write(3, 'json')
    await writer.end()
    expect((await collect(await streams.next())).map(({ data }) => data)).toEqual([1, 2, 3])
  })

  test('a client without the role cannot open a stream', async () => {
    const { client } = await fixture.open(newHub())
    await expect(client.openGroupStream('g')).rejects.toMatchObject({ name: 'Forbidden' })
  })

  test('a stream in which nothing comes ends for the writer and the group', async () => {
    const { sender, streams } = await openPair()
    const writer = await sender.client.openGroupStream('g', { idleTimeoutInMs: 5000 })
    const errors = createQueue<{ name?: string }>()
    writer.onError((error) => errors.push(error))
    await writer.write(1, 'json')
    const stream = await streams.next()
    fixture.service.clock.advance(5001)
    expect(await errors.next()).toMatchObject({ name: 'IdleTimeout' })
    await expect(collect(stream)).rejects.toMatchObject({ name: 'IdleTimeout' })
  })

  test('a stream whose writer is gone is cancelled', async () => {
    const { hub, sender, streams } = await openPair()
    const writer = await sender.client.openGroupStream('g')
    await writer.write(1, 'json')
    const stream = await streams.next()
    await fixture.admin(hub).closeConnection(sender.connectionId)
    await expect(collect(stream)).rejects.toMatchObject({ name: 'Cancelled' })
  })
})

describe('frames of streams', () => {
  const greeted = async (): Promise<RawClient> => {
    const raw = { protocols: JSON_PROTOCOL }
    const client = await fixture.openRaw(newHub(), { raw, groups: ['g'], roles: ['webpubsub.sendToGroup'] })
    await client.next()
    return client
  }

  const data = (streamSequenceId: number): object => ({
    type: 'streamData',
    streamId: 's',
    streamSequenceId,
    dataType: 'text',
    data: `part ${streamSequenceId}`,
  })

  const start = async (client: RawClient, noEcho = true): Promise<Frame> => {
    client.send({ type: 'sendToGroup', group: 'g', noEcho, stream: { streamId: 's' } })
    return client.next()
  }

  test('start and every fragment are acknowledged with the next number', async () => {
    const client = await greeted()
    expect(await start(client)).toEqual({ type: 'streamAck', streamId: 's', expectedSequenceId: 1 })
    client.send(data(1))
    expect(await client.next()).toEqual({ type: 'streamAck', streamId: 's', expectedSequenceId: 2 })
  })

  test('a fragment that comes again is acknowledged and not published again', async () => {
    const client = await greeted()
    await start(client, false)
    client.send(data(1))
    client.send(data(1))
    expect(await client.next()).toMatchObject({
      type: 'message',
      stream: { streamId: 's', streamSequenceId: 1 },
    })
    expect([await client.next(), await client.next()]).toMatchObject([
      { type: 'streamAck', expectedSequenceId: 2 },
      { type: 'streamAck', expectedSequenceId: 2 },
    ])
  })

  test('a gap is refused with the number that is missing', async () => {
    const client = await greeted()
    await start(client)
    client.send(data(3))
    expect(await client.next()).toMatchObject({
      type: 'streamNack',
      name: 'InvalidSequenceId',
      expectedSequenceId: 1,
    })
  })

  test('the end is told to the group and confirmed to the writer', async () => {
    const client = await greeted()
    await start(client, false)
    client.send({ type: 'streamEnd', streamId: 's' })
    expect(await client.next()).toMatchObject({ stream: { streamSequenceId: 1, endOfStream: true } })
    expect(await client.next()).toEqual({ type: 'streamClosed', streamId: 's' })
    expect(await start(client)).toMatchObject({ type: 'streamAck', expectedSequenceId: 1 })
  })

  test('a keep-alive keeps the stream open', async () => {
    const client = await greeted()
    await start(client)
    for (let round = 0; round < 3; round++) {
      fixture.service.clock.advance(200_000)
      client.send({ type: 'streamData', streamId: 's' })
      client.send({ type: 'ping' })
      expect(await client.next()).toEqual({ type: 'pong' })
    }
    client.send(data(1))
    expect(await client.next()).toMatchObject({ type: 'streamAck', expectedSequenceId: 2 })
  })

  test.each([
    ['data for it', data(1)],
    ['a keep-alive for it', { type: 'streamData', streamId: 's' }],
    ['its end', { type: 'streamEnd', streamId: 's' }],
  ])('a stream that is not open: %s is answered StreamNotFound', async (_, frame) => {
    const client = await greeted()
    client.send(frame)
    expect(await client.next()).toMatchObject({ type: 'streamClosed', error: { name: 'StreamNotFound' } })
  })

  test('an id that is in use, and a start with data, are bad requests', async () => {
    const client = await greeted()
    await start(client)
    expect(await start(client)).toMatchObject({ type: 'streamClosed', error: { name: 'BadRequest' } })
    client.send({ type: 'sendToGroup', group: 'g', dataType: 'text', data: 'x', stream: { streamId: 't' } })
    expect(await client.next()).toMatchObject({ streamId: 't', error: { name: 'BadRequest' } })
  })

  test('a writer that lost its role is stopped', async () => {
    const hub = newHub()
    const raw = { protocols: JSON_PROTOCOL }
    const client = await fixture.openRaw(hub, { raw, roles: ['webpubsub.sendToGroup'] })
    const { connectionId } = await client.next()
    await start(client)
    await fixture.admin(hub).revokePermission(String(connectionId), 'sendToGroup')
    client.send(data(1))
    expect(await client.next()).toMatchObject({ type: 'streamClosed', error: { name: 'Forbidden' } })
  })
})
