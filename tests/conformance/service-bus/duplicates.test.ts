import { describe, expect, test } from 'vitest'
import { useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, isEmpty, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic, pass } = useEntities(broker)
const { send } = broker

const detecting = { requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'PT1M' }

describe('duplicate detection', () => {
  test('takes a message id once, also within a batch, and says nothing to the sender', async () => {
    const name = await queue(detecting)
    await send(name, { body: 1, messageId: 'a' }, { body: 2, messageId: 'a' }, { body: 3, messageId: 'b' })
    await send(name, { body: 4, messageId: 'a' })
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    expect(bodiesOf(await receive(receiver, 2))).toEqual([1, 3])
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('remembers an id after its message is gone, until the window ends', async () => {
    const name = await queue(detecting)
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    await send(name, { body: 1, messageId: 'a' })
    await receiveOne(receiver)
    pass(50)
    await send(name, { body: 2, messageId: 'a' })
    expect(await isEmpty(receiver)).toBe(true)
    pass(11)
    await send(name, { body: 3, messageId: 'a' })
    expect((await receiveOne(receiver)).body).toBe(3)
  })

  test('works for a topic before its subscriptions', async () => {
    const name = await topic({}, detecting)
    await send(name, { body: 1, messageId: 'a' }, { body: 2, messageId: 'a' })
    const receiver = broker.client.createReceiver(name, 's', { receiveMode: 'receiveAndDelete' })
    expect((await receiveOne(receiver)).body).toBe(1)
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('counts a scheduled message from when it was sent', async () => {
    const name = await queue(detecting)
    const sender = broker.client.createSender(name)
    const at = new Date(broker.service.clock.now() + 30_000)
    await sender.scheduleMessages({ body: 1, messageId: 'a' }, at)
    await sender.sendMessages({ body: 2, messageId: 'a' })
    pass(31)
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    expect((await receiveOne(receiver)).body).toBe(1)
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('is off where it was not asked for', async () => {
    const name = await queue()
    await send(name, { body: 1, messageId: 'a' }, { body: 2, messageId: 'a' })
    expect(bodiesOf(await receive(broker.client.createReceiver(name), 2))).toEqual([1, 2])
  })
})
