import type { ServiceBusReceiver } from '@azure/service-bus'
import { describe, expect, test } from 'vitest'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { isEmpty, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, pass } = useEntities(broker)
const { send } = broker

/** Receives a message and defers it. Answers its number. */
const defer = async (receiver: ServiceBusReceiver, properties?: Record<string, string>) => {
  const message = await receiveOne(receiver)
  await receiver.deferMessage(message, properties)
  if (message.sequenceNumber === undefined) throw new Error('A received message has a sequence number.')
  return message.sequenceNumber
}

/** The deferred message with this number, locked. */
const recall = async (receiver: ServiceBusReceiver, number: Awaited<ReturnType<typeof defer>>) => {
  const [message] = await receiver.receiveDeferredMessages(number)
  if (message === undefined) throw new Error('The deferred message did not come.')
  return message
}

describe('a deferred message', () => {
  test('comes only when it is asked for by its number', async () => {
    const name = await queue()
    await send(name, { body: 'aside', applicationProperties: { mine: 1 } })
    const receiver = broker.client.createReceiver(name)
    const number = await defer(receiver, { why: 'later' })
    expect(await isEmpty(receiver)).toBe(true)
    const message = await recall(receiver, number)
    expect(message).toMatchObject({ body: 'aside', state: 'deferred', deliveryCount: 0 })
    expect(message.applicationProperties).toEqual({ mine: 1, why: 'later' })
    await receiver.completeMessage(message)
    expect(await failure(receiver.receiveDeferredMessages(number))).toMatchObject({ code: 'MessageNotFound' })
  })

  test('can be abandoned, and stays deferred', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name)
    const number = await defer(receiver)
    await receiver.abandonMessage(await recall(receiver, number))
    expect(await isEmpty(receiver)).toBe(true)
    expect(await recall(receiver, number)).toMatchObject({ deliveryCount: 1 })
  })

  test('can be dead-lettered', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name)
    const number = await defer(receiver)
    await receiver.deadLetterMessage(await recall(receiver, number), {
      deadLetterReason: 'r',
      deadLetterErrorDescription: 'd',
      extra: 1,
    })
    const dead = await receiveOne(broker.client.createReceiver(name, { subQueueType: 'deadLetter' }))
    expect(dead).toMatchObject({ deadLetterReason: 'r', deadLetterErrorDescription: 'd' })
    expect(dead.applicationProperties).toMatchObject({ extra: 1 })
  })

  test('is locked when it was asked for, and free again when the lock expires', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, { maxAutoLockRenewalDurationInMs: 0 })
    const number = await defer(receiver)
    const message = await recall(receiver, number)
    expect(await failure(receiver.receiveDeferredMessages(number))).toMatchObject({ code: 'MessageNotFound' })
    await receiver.renewMessageLock(message)
    pass(61)
    expect(await failure(receiver.completeMessage(message))).toMatchObject({ code: 'MessageLockLost' })
    expect(await recall(receiver, number)).toMatchObject({ deliveryCount: 1 })
  })

  test('may be received and deleted', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const number = await defer(broker.client.createReceiver(name))
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    expect((await recall(receiver, number)).body).toBe(1)
    expect(await failure(receiver.receiveDeferredMessages(number))).toMatchObject({ code: 'MessageNotFound' })
  })

  test('that expired is noticed when somebody asks for it', async () => {
    const name = await queue({ deadLetteringOnMessageExpiration: true })
    await send(name, { body: 1, timeToLive: 10_000 })
    const receiver = broker.client.createReceiver(name)
    const number = await defer(receiver)
    pass(20)
    expect(await isEmpty(broker.client.createReceiver(name, { subQueueType: 'deadLetter' }))).toBe(true)
    expect(await failure(receiver.receiveDeferredMessages(number))).toMatchObject({ code: 'MessageNotFound' })
    const dead = await receiveOne(broker.client.createReceiver(name, { subQueueType: 'deadLetter' }))
    expect(dead.deadLetterReason).toBe('TTLExpiredException')
  })

  test('of a session is for the holder of the session', async () => {
    const name = await queue({ requiresSession: true })
    await send(name, { body: 1, sessionId: 'a' })
    const first = await broker.client.acceptSession(name, 'a')
    const number = await defer(first)
    await first.close()
    const second = await broker.client.acceptSession(name, 'a')
    const message = await recall(second, number)
    expect(message).toMatchObject({ body: 1, sessionId: 'a' })
    await second.completeMessage(message)
    const other = await broker.client.acceptSession(name, 'b')
    expect(await failure(other.receiveDeferredMessages(number))).toMatchObject({ code: 'MessageNotFound' })
  })

  test('several are asked for at once, all or none', async () => {
    const name = await queue()
    await send(name, { body: 1 }, { body: 2 })
    const receiver = broker.client.createReceiver(name)
    const numbers = [await defer(receiver), await defer(receiver)]
    const unknown = numbers.map((number) => number.add(100))
    expect(await failure(receiver.receiveDeferredMessages([...numbers, ...unknown]))).toMatchObject({
      code: 'MessageNotFound',
    })
    expect(await receiver.receiveDeferredMessages(numbers)).toHaveLength(2)
  })
})
