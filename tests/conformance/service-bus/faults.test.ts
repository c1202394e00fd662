import { ServiceBusClient } from '@azure/service-bus'
import { afterAll, describe, expect, test } from 'vitest'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic } = useEntities(broker)
const { send } = broker
const faults = () => broker.service.faults

/** A client that does not wait a minute for an answer that was cut off. */
const impatient = (): ServiceBusClient => {
  const client = new ServiceBusClient(broker.service.connectionString, {
    retryOptions: { maxRetries: 0, timeoutInMs: 300 },
  })
  clients.push(client)
  return client
}
const clients: ServiceBusClient[] = []
afterAll(() => Promise.all(clients.map((client) => client.close())))

describe('a fault', () => {
  test('makes a send fail as busy once, and only at its target', async () => {
    const [name, other] = [await queue(), await queue()]
    faults().add({ operation: 'send', target: name, action: 'unavailable', count: 1 })
    await send(other, { body: 1 })
    expect(await failure(send(name, { body: 1 }))).toMatchObject({ code: 'ServiceBusy' })
    await send(name, { body: 2 })
    expect((await receiveOne(broker.client.createReceiver(name))).body).toBe(2)
  })

  test('refuses with the error that it names', async () => {
    const name = await queue()
    faults().add({
      operation: 'send',
      target: name,
      action: 'refuse',
      count: 1,
      error: 'amqp:resource-limit-exceeded',
    })
    expect(await failure(send(name, { body: 1 }))).toMatchObject({ code: 'QuotaExceeded' })
  })

  test('cuts the connection instead of taking a message', async () => {
    const name = await queue()
    const sender = impatient().createSender(name)
    await sender.sendMessages({ body: 'before' })
    faults().add({ operation: 'send', target: name, action: 'drop', count: 1 })
    expect((await failure(sender.sendMessages({ body: 'lost' }))).message).toBeTruthy()
    await sender.sendMessages({ body: 'after' })
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    expect([(await receiveOne(receiver)).body, (await receiveOne(receiver)).body]).toEqual([
      'before',
      'after',
    ])
  })

  test('holds deliveries back until it is removed, then they come in order', async () => {
    const name = await topic()
    const { id } = faults().add({ operation: 'receive', target: `${name}/Subscriptions/s`, action: 'hold' })
    const bodies: unknown[] = []
    const receiver = broker.client.createReceiver(name, 's', { receiveMode: 'receiveAndDelete' })
    receiver.subscribe(
      { processMessage: async ({ body }) => void bodies.push(body), processError: () => Promise.resolve() },
      { maxConcurrentCalls: 3 },
    )
    await send(name, { body: 1 }, { body: 2 }, { body: 3 })
    const index = broker.service.namespace.find(`${name}/Subscriptions/s`).store.index
    await expect.poll(() => index.size).toBe(0)
    expect(bodies).toEqual([])
    faults().remove(id)
    await expect.poll(() => bodies).toEqual([1, 2, 3])
    await receiver.close()
  })

  test('loses a settlement: the message comes again', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = impatient().createReceiver(name)
    const message = await receiveOne(receiver)
    faults().add({ operation: 'settle', target: name, action: 'drop', count: 1 })
    expect((await failure(receiver.completeMessage(message))).message).toBeTruthy()
    broker.service.clock.advance(61_000)
    expect(await receiveOne(broker.client.createReceiver(name))).toMatchObject({ body: 1, deliveryCount: 1 })
  })

  test('loses the answer to a settlement: the message does not come again', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = impatient().createReceiver(name)
    const message = await receiveOne(receiver)
    faults().add({ operation: 'settle.answer', target: name, action: 'drop', count: 1 })
    expect((await failure(receiver.completeMessage(message))).message).toBeTruthy()
    broker.service.clock.advance(61_000)
    expect(await broker.client.createReceiver(name).peekMessages(1)).toEqual([])
  })

  test('loses the answer to a send: who sends again sends twice', async () => {
    const name = await queue()
    const sender = impatient().createSender(name)
    faults().add({ operation: 'send.answer', target: name, action: 'drop', count: 1 })
    expect((await failure(sender.sendMessages({ body: 1 }))).message).toBeTruthy()
    await sender.sendMessages({ body: 1 })
    expect(await broker.client.createReceiver(name).peekMessages(10)).toHaveLength(2)
  })

  test('refuses a settlement as if the lock were lost', async () => {
    const name = await queue()
    await send(name, { body: 1 })
    const receiver = broker.client.createReceiver(name)
    const message = await receiveOne(receiver)
    const error = 'com.microsoft:message-lock-lost'
    faults().add({ operation: 'settle', target: name, action: 'refuse', count: 1, error })
    expect(await failure(receiver.completeMessage(message))).toMatchObject({ code: 'MessageLockLost' })
  })

  test('refuses an attach, a management request and a token', async () => {
    const name = await queue()
    faults().add({ operation: 'attach', target: name, action: 'unavailable', count: 1 })
    expect(await failure(send(name, { body: 1 }))).toMatchObject({ code: 'ServiceBusy' })
    const receiver = broker.client.createReceiver(name)
    faults().add({ operation: 'management', target: name, action: 'unavailable', count: 1 })
    expect((await failure(receiver.peekMessages(1))).message).toContain('busy')
    faults().add({ operation: 'cbs', action: 'refuse', count: 1 })
    expect(await failure(send(name, { body: 1 }))).toMatchObject({ code: 'UnauthorizedAccess' })
    await send(name, { body: 1 })
  })

  test('takes the session from its holder when the wire is cut', async () => {
    const name = await queue({ requiresSession: true })
    await send(name, { body: 1, sessionId: 'a' })
    faults().add({ operation: 'receive', target: name, action: 'drop', count: 1 })
    const holder = await broker.client.acceptSession(name, 'a')
    await failure(receiveOne(holder))
    const next = await broker.client.acceptSession(name, 'a')
    expect(await receiveOne(next)).toMatchObject({ body: 1, deliveryCount: 0 })
  })
})

describe('the meter', () => {
  test('counts 64 KB pieces: a send once, a receive and its completion for every subscription', async () => {
    const name = await topic()
    await broker.administration.createSubscription(name, 'second')
    broker.service.meter.reset()
    await send(name, { body: 'small' }, { body: Buffer.alloc(100 * 1024) })
    for (const subscription of ['s', 'second']) {
      const receiver = broker.client.createReceiver(name, subscription)
      await receiver.completeMessage(await receiveOne(receiver))
      await receiver.abandonMessage(await receiveOne(receiver))
    }
    expect(broker.service.meter.read().operations).toEqual({ send: 3, receive: 6, complete: 2, abandon: 2 })
  })

  test('counts renewals, schedules, forwards and sessions', async () => {
    const target = await queue({ requiresSession: true })
    const source = await queue({ forwardTo: target })
    const sender = broker.client.createSender(source)
    broker.service.meter.reset()
    const numbers = await sender.scheduleMessages(
      { body: 1, sessionId: 'a' },
      new Date(Date.now() + 9_000_000),
    )
    await sender.cancelScheduledMessages(numbers)
    await sender.sendMessages({ body: 1, sessionId: 'a' })
    const receiver = await broker.client.acceptSession(target, 'a')
    await receiver.renewSessionLock()
    await receiver.setSessionState('x')
    expect(broker.service.meter.read().operations).toEqual({
      schedule: 1,
      'cancel-scheduled-message': 1,
      send: 1,
      forward: 1,
      'renew-session-lock': 1,
      'set-session-state': 1,
    })
  })
})
