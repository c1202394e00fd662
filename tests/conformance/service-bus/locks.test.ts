import { describe, expect, test } from 'vitest'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { isEmpty, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, pass } = useEntities(broker)
const { send } = broker

const unrenewed = { maxAutoLockRenewalDurationInMs: 0 }

describe('a message lock', () => {
  test('that expired lets the message be delivered again with a higher delivery count', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, unrenewed)
    const first = await receiveOne(receiver)
    pass(61)
    const second = await receiveOne(receiver)
    expect(second).toMatchObject({ body: 1, deliveryCount: 1 })
    expect(second.lockToken).not.toBe(first.lockToken)
    expect(second.sequenceNumber).toEqual(first.sequenceNumber)
  })

  test.each(['completeMessage', 'abandonMessage', 'deferMessage', 'deadLetterMessage'] as const)(
    'that expired makes %s fail, and the message stays',
    async (settle) => {
      const name = await queue()
      await send(name, { body: 1 })
      const receiver = broker.client.createReceiver(name, unrenewed)
      const message = await receiveOne(receiver)
      pass(61)
      expect(await failure(receiver[settle](message))).toMatchObject({ code: 'MessageLockLost' })
      expect(await receiveOne(receiver)).toMatchObject({ deliveryCount: 1 })
    },
  )

  test('that expired wakes a receiver that waits', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    await receiveOne(broker.client.createReceiver(name, unrenewed))
    const waiting = receiveOne(broker.client.createReceiver(name))
    pass(61)
    expect(await waiting).toMatchObject({ body: 1, deliveryCount: 1 })
  })

  test('that is renewed in time lasts for another lock duration', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, unrenewed)
    const message = await receiveOne(receiver)
    const { lockedUntilUtc } = message
    pass(40)
    const until = await receiver.renewMessageLock(message)
    expect(until.getTime()).toBeGreaterThanOrEqual((lockedUntilUtc?.getTime() ?? 0) + 39_000)
    pass(40)
    await receiver.completeMessage(message)
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('that expired cannot be renewed', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, unrenewed)
    const message = await receiveOne(receiver)
    pass(61)
    expect(await failure(receiver.renewMessageLock(message))).toMatchObject({ code: 'MessageLockLost' })
  })

  test('has the duration of its entity', async () => {
    const name = await queue({ lockDuration: 'PT5M' })
    await send(name, { body: 1 })
    const { lockedUntilUtc, enqueuedTimeUtc } = await receiveOne(broker.client.createReceiver(name))
    const lasts = (lockedUntilUtc?.getTime() ?? 0) - (enqueuedTimeUtc?.getTime() ?? 0)
    expect(lasts).toBeGreaterThanOrEqual(300_000)
    expect(lasts).toBeLessThan(310_000)
  })
})

describe('deliveries that fail', () => {
  test('end in the dead-letter queue when they are too many, for an abandon or an expired lock', async () => {
    const name = await queue({ maxDeliveryCount: 3 })
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, unrenewed)
    await receiver.abandonMessage(await receiveOne(receiver))
    await receiveOne(receiver)
    pass(61)
    const last = await receiveOne(receiver)
    expect(last.deliveryCount).toBe(2)
    await receiver.abandonMessage(last)
    expect(await isEmpty(receiver)).toBe(true)
    const dead = await receiveOne(broker.client.createReceiver(name, { subQueueType: 'deadLetter' }))
    expect(dead).toMatchObject({
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'Message could not be consumed after 3 delivery attempts.',
      deliveryCount: 3,
    })
  })
})
