import { describe, expect, test } from 'vitest'
import { useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, isEmpty, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic, pass } = useEntities(broker)
const { send } = broker

const deadLetters = (name: string) => broker.client.createReceiver(name, { subQueueType: 'deadLetter' })

describe('a message whose time to live ends', () => {
  test('is dead-lettered where the queue says so', async () => {
    const name = await queue({ deadLetteringOnMessageExpiration: true })
    await send(name, { body: 'short', timeToLive: 10_000 }, { body: 'long' })
    pass(11)
    expect(await receiveOne(deadLetters(name))).toMatchObject({
      body: 'short',
      deadLetterReason: 'TTLExpiredException',
      deadLetterErrorDescription: 'The message expired and was dead lettered.',
    })
    expect((await receiveOne(broker.client.createReceiver(name))).body).toBe('long')
  })

  test('vanishes where it does not', async () => {
    const name = await queue({ deadLetteringOnMessageExpiration: false })
    await send(name, { body: 1, timeToLive: 10_000 })
    pass(11)
    expect(await isEmpty(broker.client.createReceiver(name))).toBe(true)
    expect(await isEmpty(deadLetters(name))).toBe(true)
  })

  test('has the shorter of its own and the default of its entity', async () => {
    const name = await queue({ defaultMessageTimeToLive: 'PT20S', deadLetteringOnMessageExpiration: true })
    await send(
      name,
      { body: 'own', timeToLive: 10_000 },
      { body: 'default', timeToLive: 3_600_000 },
      { body: 'none' },
    )
    pass(11)
    expect(bodiesOf(await receive(deadLetters(name), 1))).toEqual(['own'])
    const [, none] = await broker.client.createReceiver(name).peekMessages(2)
    expect(none).toMatchObject({ body: 'none', timeToLive: 20_000 })
    pass(10)
    expect(bodiesOf(await receive(deadLetters(name), 2))).toEqual(['default', 'none'])
  })

  test('is left alone while it is locked', async () => {
    const name = await queue({ deadLetteringOnMessageExpiration: true })
    await send(name, { body: 1, timeToLive: 10_000 }, { body: 2, timeToLive: 10_000 })
    const receiver = broker.client.createReceiver(name)
    const [first, second] = await receive(receiver, 2)
    pass(11)
    expect(await isEmpty(deadLetters(name))).toBe(true)
    if (first !== undefined) await receiver.completeMessage(first)
    if (second !== undefined) await receiver.abandonMessage(second)
    expect((await receiveOne(deadLetters(name))).body).toBe(2)
  })

  test('obeys the topic in every subscription', async () => {
    const name = await topic(
      { deadLetteringOnMessageExpiration: true },
      { defaultMessageTimeToLive: 'PT10S' },
    )
    await send(name, { body: 1 })
    pass(11)
    const dead = broker.client.createReceiver(name, 's', { subQueueType: 'deadLetter' })
    expect(await receiveOne(dead)).toMatchObject({ body: 1, deadLetterReason: 'TTLExpiredException' })
  })
})

describe('the dead-letter queue', () => {
  test('keeps its messages for ever, however often they are abandoned', async () => {
    const name = await queue({ maxDeliveryCount: 1, defaultMessageTimeToLive: 'PT1H' })
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name)
    await receiver.abandonMessage(await receiveOne(receiver))
    const dead = deadLetters(name)
    for (let round = 0; round < 5; round++) await dead.abandonMessage(await receiveOne(dead))
    pass(3_000)
    pass(3_000)
    expect(await receiveOne(deadLetters(name))).toMatchObject({
      deadLetterReason: 'MaxDeliveryCountExceeded',
    })
  })

  test('has locks, renewal, completion and peek like any queue', async () => {
    const name = await queue()
    await send(name, { body: 1 }, { body: 2 })
    const receiver = broker.client.createReceiver(name)
    for (const message of await receive(receiver, 2)) await receiver.deadLetterMessage(message)
    const dead = deadLetters(name)
    expect(bodiesOf(await dead.peekMessages(10))).toEqual([1, 2])
    const message = await receiveOne(dead)
    await dead.renewMessageLock(message)
    await dead.completeMessage(message)
    const from = message.sequenceNumber
    if (from === undefined) throw new Error('A received message has a sequence number.')
    expect(bodiesOf(await dead.peekMessages(10, { fromSequenceNumber: from }))).toEqual([2])
  })

  test('of a session queue is read without sessions, and the message still names its session', async () => {
    const name = await queue({ requiresSession: true })
    await send(name, { body: 1, sessionId: 'a' })
    const holder = await broker.client.acceptSession(name, 'a')
    await holder.deadLetterMessage(await receiveOne(holder), {
      deadLetterReason: 'r',
      deadLetterErrorDescription: 'd',
    })
    expect(await receiveOne(deadLetters(name))).toMatchObject({ sessionId: 'a', deadLetterReason: 'r' })
  })

  test('of each subscription is its own', async () => {
    const name = await topic()
    await broker.administration.createSubscription(name, 'other')
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, 's')
    await receiver.deadLetterMessage(await receiveOne(receiver))
    expect(await isEmpty(broker.client.createReceiver(name, 'other', { subQueueType: 'deadLetter' }))).toBe(
      true,
    )
  })

  test('gives messages that can be sent again, without the reason of their death', async () => {
    const name = await queue()
    await send(name, { body: 'again', messageId: 'm' })
    const receiver = broker.client.createReceiver(name)
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'r',
      deadLetterErrorDescription: 'd',
    })
    const dead = deadLetters(name)
    const { body, messageId } = await receiveOne(dead)
    await send(name, { body, ...(messageId !== undefined && { messageId }) })
    const again = await receiveOne(receiver)
    expect(again).toMatchObject({ body: 'again', messageId: 'm' })
    expect(again.deadLetterReason).toBeUndefined()
  })
})
