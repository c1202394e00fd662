import { describe, expect, test } from 'vitest'
import { failure, uniqueName, useBroker } from './support/broker-with-administration.ts'
import { isEmpty, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic, pass } = useEntities(broker)
const { send } = broker

describe('ForwardTo', () => {
  test('moves the messages of a queue and of a subscription, which remember where they came from', async () => {
    const target = await queue()
    const source = await queue({ forwardTo: target })
    const fan = await topic({ forwardTo: target })
    await send(source, { body: 'from a queue', messageId: 'm', applicationProperties: { n: 1 } })
    const receiver = broker.client.createReceiver(target)
    const message = await receiveOne(receiver)
    expect(message).toMatchObject({ body: 'from a queue', messageId: 'm', applicationProperties: { n: 1 } })
    expect(message.enqueuedSequenceNumber).toBe(1)
    await send(fan, { body: 'from a topic' })
    expect((await receiveOne(receiver)).body).toBe('from a topic')
  })

  test('takes no receivers where the messages do not stay', async () => {
    const source = await queue({ forwardTo: await queue() })
    const { message } = await failure(broker.client.createReceiver(source).receiveMessages(1))
    expect(message).toContain('forwards its messages')
  })

  test('goes over four queues and no further', async () => {
    const names = [await queue()]
    for (let hop = 0; hop < 5; hop++) names.unshift(await queue({ forwardTo: names[0] ?? '' }))
    const [first = '', second = '', , , , last = ''] = names
    await send(second, { body: 'near' })
    expect((await receiveOne(broker.client.createReceiver(last))).body).toBe('near')
    await send(first, { body: 'far' })
    const stuck = broker.client.createReceiver(names[4] ?? '', { subQueueType: 'transferDeadLetter' })
    expect(await receiveOne(stuck)).toMatchObject({
      body: 'far',
      deadLetterReason: 'MaxTransferHopCountExceeded',
    })
  })

  test('leaves a message that the target does not take in the transfer dead-letter queue', async () => {
    const target = await queue({ requiresSession: true })
    const source = await queue({ forwardTo: target })
    await send(source, { body: 'without a session' })
    const stuck = broker.client.createReceiver(source, { subQueueType: 'transferDeadLetter' })
    expect((await receiveOne(stuck)).body).toBe('without a session')
    await broker.administration.deleteQueue(target)
    await send(source, { body: 'too late', sessionId: 'a' })
    expect((await receiveOne(stuck)).body).toBe('too late')
  })

  test('forwards a scheduled message when its time has come', async () => {
    const target = await queue()
    const source = await queue({ forwardTo: target })
    await broker.client
      .createSender(source)
      .scheduleMessages({ body: 1 }, new Date(broker.service.clock.now() + 30_000))
    const receiver = broker.client.createReceiver(target)
    expect(await isEmpty(receiver)).toBe(true)
    pass(31)
    expect((await receiveOne(receiver)).body).toBe(1)
  })

  test('into a topic reaches its subscriptions', async () => {
    const target = await topic()
    await send(await queue({ forwardTo: target }), { body: 1 })
    expect((await receiveOne(broker.client.createReceiver(target, 's'))).body).toBe(1)
  })
})

describe('ForwardDeadLetteredMessagesTo', () => {
  test('moves dead letters with reason and origin', async () => {
    const target = await queue()
    const source = await queue({ forwardDeadLetteredMessagesTo: target })
    await send(source, { body: 1, timeToLive: 3_000_000 })
    const receiver = broker.client.createReceiver(source)
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'r',
      deadLetterErrorDescription: 'd',
    })
    expect(await receiveOne(broker.client.createReceiver(target))).toMatchObject({
      body: 1,
      deadLetterReason: 'r',
      deadLetterSource: source,
      enqueuedSequenceNumber: 1,
    })
    expect(await isEmpty(broker.client.createReceiver(source, { subQueueType: 'deadLetter' }))).toBe(true)
  })

  test('keeps them when the target is gone', async () => {
    const target = uniqueName('target')
    await broker.administration.createQueue(target)
    const source = await queue({
      forwardDeadLetteredMessagesTo: target,
      deadLetteringOnMessageExpiration: true,
    })
    await broker.administration.deleteQueue(target)
    await send(source, { body: 1, timeToLive: 10_000 })
    pass(11)
    const dead = broker.client.createReceiver(source, { subQueueType: 'deadLetter' })
    expect(await receiveOne(dead)).toMatchObject({ body: 1, deadLetterReason: 'TTLExpiredException' })
  })
})
