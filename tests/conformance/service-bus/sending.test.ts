import { describe, expect, test } from 'vitest'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic } = useEntities(broker)
const { send } = broker

describe('a message', () => {
  test('arrives with everything the sender set', async () => {
    const name = await queue()
    const sent = {
      body: { nested: [1, 'ü', null], at: '2026-01-01' },
      messageId: 'id-1',
      correlationId: 'correlation',
      contentType: 'application/json',
      subject: 'subject',
      to: 'to',
      replyTo: 'reply-to',
      sessionId: 'session',
      replyToSessionId: 'reply-to-session',
      partitionKey: 'session',
      timeToLive: 3_600_000,
      applicationProperties: {
        text: 'a',
        whole: 1,
        fraction: 1.5,
        yes: true,
        nothing: null,
      },
    }
    await send(name, sent)
    const received = await receiveOne(broker.client.createReceiver(name))
    expect(received).toMatchObject(sent)
  })

  test('keeps the exact AMQP types of its properties', async () => {
    const name = await queue()
    const at = new Date(1_700_000_000_000)
    await send(name, { body: 1, applicationProperties: { at, big: 2 ** 40, negative: -7, half: 0.5 } })
    const receiver = broker.client.createReceiver(name, { skipConvertingDate: true })
    expect((await receiveOne(receiver)).applicationProperties).toEqual({
      at,
      big: 2 ** 40,
      negative: -7,
      half: 0.5,
    })
  })

  test('is stamped with sequence number, time, lock and delivery count', async () => {
    const name = await queue()
    const before = Date.now()
    await send(name, { body: 1 }, { body: 2 })
    const [first, second] = await receive(broker.client.createReceiver(name), 2)
    expect(first?.sequenceNumber?.toNumber()).toBe(1)
    expect(second?.sequenceNumber?.toNumber()).toBe(2)
    expect(first?.enqueuedTimeUtc?.getTime()).toBeGreaterThanOrEqual(before)
    expect(first?.lockedUntilUtc?.getTime()).toBeGreaterThan(before + 50_000)
    expect(first).toMatchObject({ deliveryCount: 0, state: 'active', enqueuedSequenceNumber: 0 })
    expect(first?.lockToken).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('without an id gets one', async () => {
    const name = await queue()
    await send(name, { body: 1 }, { body: 2 })
    const ids = (await receive(broker.client.createReceiver(name), 2)).map(({ messageId }) => messageId)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^.{32}$/)
  })

  test.each([
    ['text', 'plain text'],
    ['bytes', Buffer.from([0, 255, 1])],
    ['a number', 42],
    ['null', null],
    ['an empty text', ''],
    ['an array', [1, 2, 3]],
  ])('keeps a body that is %s', async (_kind, body) => {
    const name = await queue()
    await send(name, { body })
    expect((await receiveOne(broker.client.createReceiver(name))).body).toEqual(body)
  })

  test.each(['data', 'value', 'sequence'] as const)('keeps an AMQP body of type %s', async (bodyType) => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    const body =
      bodyType === 'sequence' ? [[1, 'two']] : bodyType === 'value' ? { a: 1 } : Buffer.from('bytes')
    await sender.sendMessages({ body, bodyType, messageAnnotations: { 'x-of-the-sender': 'kept' } })
    const raw = (await receiveOne(broker.client.createReceiver(name)))._rawAmqpMessage
    expect(raw.bodyType).toBe(bodyType)
    expect(raw.messageAnnotations).toMatchObject({ 'x-of-the-sender': 'kept' })
  })

  test('cannot forge what only the broker knows', async () => {
    const name = await queue()
    const messageAnnotations = { 'x-opt-sequence-number': 999, 'x-opt-enqueued-time': new Date(0) }
    await broker.client
      .createSender(name)
      .sendMessages({ body: Buffer.from('x'), bodyType: 'data', messageAnnotations })
    const received = await receiveOne(broker.client.createReceiver(name))
    expect(received.sequenceNumber?.toNumber()).toBe(1)
    expect(received.enqueuedTimeUtc?.getTime()).toBeGreaterThan(0)
  })
})

describe('several messages', () => {
  test('of an array arrive in its order', async () => {
    const name = await queue()
    const bodies = Array.from({ length: 120 }, (_, index) => index)
    await send(name, ...bodies.map((body) => ({ body })))
    const received = await receive(
      broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' }),
      120,
    )
    expect(bodiesOf(received)).toEqual(bodies)
  })

  test('of a batch arrive with their properties', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    const batch = await sender.createMessageBatch()
    expect(batch.tryAddMessage({ body: 'a', messageId: '1', applicationProperties: { n: 1 } })).toBe(true)
    expect(batch.tryAddMessage({ body: 'b', messageId: '2', sessionId: 's' })).toBe(true)
    await sender.sendMessages(batch)
    const [first, second] = await receive(broker.client.createReceiver(name), 2)
    expect(first).toMatchObject({ body: 'a', messageId: '1', applicationProperties: { n: 1 } })
    expect(second).toMatchObject({ body: 'b', messageId: '2', sessionId: 's' })
  })

  test('sent at once by many senders all arrive, each once', async () => {
    const name = await queue()
    await Promise.all(Array.from({ length: 20 }, (_, index) => send(name, { body: index })))
    const received = await receive(broker.client.createReceiver(name), 20)
    expect(new Set(bodiesOf(received)).size).toBe(20)
  })
})

describe('a topic', () => {
  test('gives every subscription a copy that knows its number in the topic', async () => {
    const name = await topic()
    await broker.administration.createSubscription(name, 'late')
    await send(name, { body: 'first' })
    await broker.administration.createSubscription(name, 'latest')
    await send(name, { body: 'second' })
    const [, second] = await receive(broker.client.createReceiver(name, 's'), 2)
    const latest = await receiveOne(broker.client.createReceiver(name, 'latest'))
    expect(second).toMatchObject({ body: 'second', enqueuedSequenceNumber: 2 })
    expect(latest).toMatchObject({ body: 'second', enqueuedSequenceNumber: 2 })
    expect(latest.sequenceNumber?.toNumber()).toBe(1)
  })

  test('without subscriptions takes messages and forgets them', async () => {
    const name = await topic()
    await broker.administration.deleteSubscription(name, 's')
    await send(name, { body: 1 })
    await broker.administration.createSubscription(name, 's')
    expect(await broker.client.createReceiver(name, 's').peekMessages(1)).toEqual([])
  })
})

describe('what is not there', () => {
  test('refuses senders and receivers by name', async () => {
    const expected = { code: 'MessagingEntityNotFound', message: expect.stringContaining("'nowhere'") }
    expect(await failure(send('nowhere', { body: 1 }))).toMatchObject(expected)
    expect(await failure(broker.client.createReceiver('nowhere').receiveMessages(1))).toMatchObject(expected)
  })

  test('a subscription and a dead-letter queue take no messages', async () => {
    const name = await topic()
    expect((await failure(send(`${name}/Subscriptions/s`, { body: 1 }))).message).toContain(
      'Send to the queue or topic',
    )
    const other = await queue()
    expect((await failure(send(`${other}/$DeadLetterQueue`, { body: 1 }))).message).toContain(
      'cannot be sent',
    )
  })

  test('a topic gives no messages', async () => {
    const name = await topic()
    const { message } = await failure(broker.client.createReceiver(name).receiveMessages(1))
    expect(message).toContain('receive from one of its subscriptions')
  })

  test('names are found in any case', async () => {
    const name = await topic()
    await send(name.toUpperCase(), { body: 1 })
    expect((await receiveOne(broker.client.createReceiver(name, 'S'))).body).toBe(1)
  })
})
