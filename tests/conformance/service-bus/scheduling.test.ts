import { describe, expect, test } from 'vitest'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, isEmpty, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic, pass } = useEntities(broker)

/** A moment of the broker's time. */
const inSeconds = (count: number): Date => new Date(broker.service.clock.now() + count * 1000)

describe('a scheduled message', () => {
  test('comes when its time has come, with a new number and time', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    const [number] = await sender.scheduleMessages({ body: 1 }, inSeconds(30))
    expect(number?.toNumber()).toBe(1)
    const receiver = broker.client.createReceiver(name)
    pass(25)
    expect(await isEmpty(receiver)).toBe(true)
    const waiting = receiveOne(receiver)
    pass(10)
    const message = await waiting
    expect(message).toMatchObject({ body: 1, state: 'active', enqueuedSequenceNumber: 1 })
    expect(message.sequenceNumber?.toNumber()).toBe(2)
    expect(message.scheduledEnqueueTimeUtc).toBeDefined()
  })

  test('may say its time itself', async () => {
    const name = await queue()
    await broker.send(name, { body: 'later', scheduledEnqueueTimeUtc: inSeconds(30) }, { body: 'now' })
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    expect((await receiveOne(receiver)).body).toBe('now')
    expect(await isEmpty(receiver)).toBe(true)
    pass(31)
    expect((await receiveOne(receiver)).body).toBe('later')
  })

  test('whose time is past comes at once', async () => {
    const name = await queue()
    await broker.client.createSender(name).scheduleMessages({ body: 1 }, inSeconds(-5))
    expect((await receiveOne(broker.client.createReceiver(name))).body).toBe(1)
  })

  test('comes in the order of the times, not of the sends', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    for (const wait of [30, 10, 20]) await sender.scheduleMessages({ body: wait }, inSeconds(wait))
    pass(40)
    expect(bodiesOf(await receive(broker.client.createReceiver(name), 3))).toEqual([10, 20, 30])
  })

  test('of a topic goes to its subscriptions when its time has come', async () => {
    const name = await topic()
    await broker.client.createSender(name).scheduleMessages([{ body: 1 }, { body: 2 }], inSeconds(30))
    const receiver = broker.client.createReceiver(name, 's')
    expect(await receiver.peekMessages(10)).toEqual([])
    pass(31)
    expect(bodiesOf(await receive(receiver, 2))).toEqual([1, 2])
  })

  test('lives its time to live from the moment when it comes', async () => {
    const name = await queue()
    await broker.client.createSender(name).scheduleMessages({ body: 1, timeToLive: 20_000 }, inSeconds(30))
    pass(31)
    pass(10)
    expect(await receiveOne(broker.client.createReceiver(name))).toMatchObject({
      body: 1,
      timeToLive: 20_000,
    })
  })

  test('of a session queue wakes who waits for a session', async () => {
    const name = await queue({ requiresSession: true })
    await broker.client.createSender(name).scheduleMessages({ body: 1, sessionId: 'a' }, inSeconds(30))
    const waiting = broker.client.acceptNextSession(name)
    await expect.poll(() => broker.service.namespace.queues.get(name)?.life.watchers.size).toBeGreaterThan(0)
    pass(31)
    expect((await waiting).sessionId).toBe('a')
  })
})

describe('a scheduled message that is cancelled', () => {
  test('never comes', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    const numbers = await sender.scheduleMessages([{ body: 1 }, { body: 2 }, { body: 3 }], inSeconds(30))
    await sender.cancelScheduledMessages(numbers.slice(0, 2))
    pass(31)
    expect((await receiveOne(broker.client.createReceiver(name))).body).toBe(3)
    expect(await isEmpty(broker.client.createReceiver(name))).toBe(true)
  })

  test('cannot be cancelled again, nor after its time', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    const [first, second] = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], inSeconds(30))
    if (first === undefined || second === undefined) throw new Error('Two numbers were expected.')
    await sender.cancelScheduledMessages(first)
    expect(await failure(sender.cancelScheduledMessages(first))).toMatchObject({ code: 'MessageNotFound' })
    pass(31)
    expect(await failure(sender.cancelScheduledMessages(second))).toMatchObject({ code: 'MessageNotFound' })
  })
})
