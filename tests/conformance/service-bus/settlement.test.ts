import { describe, expect, test } from 'vitest'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, isEmpty, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic, pass } = useEntities(broker)
const { send } = broker

describe('a received message', () => {
  test('is gone when it is completed', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name)
    await receiver.completeMessage(await receiveOne(receiver))
    expect(await receiver.peekMessages(1)).toEqual([])
  })

  test('comes back at once, in its old place, when it is abandoned', async () => {
    const name = await queue()
    await send(name, { body: 1 }, { body: 2 })
    const receiver = broker.client.createReceiver(name)
    await receiver.abandonMessage(await receiveOne(receiver))
    const again = await receive(receiver, 2)
    expect(bodiesOf(again)).toEqual([1, 2])
    expect(again.map(({ deliveryCount }) => deliveryCount)).toEqual([1, 0])
    expect(again[0]?.sequenceNumber?.toNumber()).toBe(1)
  })

  test('carries the properties that an abandon set, beside its own', async () => {
    const name = await queue()
    await send(name, {
      body: { kept: true },
      subject: 'kept',
      applicationProperties: { mine: 1, both: 'old' },
    })
    const receiver = broker.client.createReceiver(name)
    await receiver.abandonMessage(await receiveOne(receiver), { both: 'new', added: 2.5 })
    expect(await receiveOne(receiver)).toMatchObject({
      body: { kept: true },
      subject: 'kept',
      applicationProperties: { mine: 1, both: 'new', added: 2.5 },
    })
  })

  test('is dead-lettered with reason, description and properties', async () => {
    const name = await queue()
    await send(name, { body: 1, applicationProperties: { mine: 1 } })
    const receiver = broker.client.createReceiver(name)
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'bad',
      deadLetterErrorDescription: 'very bad',
      extra: 'x',
    })
    const dead = await receiveOne(broker.client.createReceiver(name, { subQueueType: 'deadLetter' }))
    expect(dead).toMatchObject({
      deadLetterReason: 'bad',
      deadLetterErrorDescription: 'very bad',
      deliveryCount: 0,
    })
    expect(dead.applicationProperties).toMatchObject({ mine: 1, extra: 'x' })
    expect(dead.sequenceNumber?.toNumber()).toBe(1)
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('cannot be settled twice', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name)
    const message = await receiveOne(receiver)
    await receiver.completeMessage(message)
    expect((await failure(receiver.completeMessage(message))).message).toBeTruthy()
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('can be settled after its receiver was closed, while the lock holds', async () => {
    const name = await queue()
    await send(name, { body: 1 }, { body: 2 })
    const receiver = broker.client.createReceiver(name)
    const [first, second] = await receive(receiver, 2)
    await receiver.close()
    const other = broker.client.createReceiver(name)
    if (first !== undefined) await other.completeMessage(first)
    if (second !== undefined) await other.abandonMessage(second)
    expect(await receiveOne(other)).toMatchObject({ body: 2, deliveryCount: 1 })
  })

  test('stays locked when its receiver is closed, until the lock expires', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name)
    await receiveOne(receiver)
    await receiver.close()
    const other = broker.client.createReceiver(name)
    expect(await isEmpty(other)).toBe(true)
    pass(61)
    expect(await receiveOne(other)).toMatchObject({ body: 1, deliveryCount: 1 })
  })

  test('is gone when it arrives, in receive-and-delete', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    const message = await receiveOne(receiver)
    expect(message.body).toBe(1)
    expect(message.lockToken).toBeUndefined()
    expect(await receiver.peekMessages(1)).toEqual([])
  })
})

describe('receivers that compete', () => {
  test('get every message once between them', async () => {
    const name = await queue()
    await send(name, ...Array.from({ length: 60 }, (_, body) => ({ body })))
    const receivers = Array.from({ length: 3 }, () => broker.client.createReceiver(name))
    const shares = await Promise.all(receivers.map((receiver) => receive(receiver, 20)))
    const bodies = shares.flatMap(bodiesOf).map(Number)
    expect(bodies.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index))
  })

  test('of different subscriptions settle independently', async () => {
    const name = await topic()
    await broker.administration.createSubscription(name, 'other')
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name, 's')
    await receiver.completeMessage(await receiveOne(receiver))
    expect((await receiveOne(broker.client.createReceiver(name, 'other'))).body).toBe(1)
  })

  test('each gets its share of what comes when all wait', async () => {
    const name = await queue()
    const counts = [0, 0, 0]
    const all = Promise.withResolvers<void>()
    const receivers = counts.map((_, index) => {
      const receiver = broker.client.createReceiver(name)
      receiver.subscribe({
        processMessage: async () => {
          counts[index] = (counts[index] ?? 0) + 1
          if (counts.reduce((sum, count) => sum + count, 0) === 30) all.resolve()
        },
        processError: async ({ error }) => all.reject(error),
      })
      return receiver
    })
    for (let body = 0; body < 30; body++) await send(name, { body })
    await all.promise
    for (const count of counts) expect(count).toBeGreaterThan(0)
    await Promise.all(receivers.map((receiver) => receiver.close()))
  })
})
