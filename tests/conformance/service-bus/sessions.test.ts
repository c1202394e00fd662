import { describe, expect, test } from 'vitest'
import { ServiceBusClient } from '@azure/service-bus'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, isEmpty, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic, pass } = useEntities(broker)
const { send } = broker

const unrenewed = { maxAutoLockRenewalDurationInMs: 0 }
const sessionQueue = () => queue({ requiresSession: true })

describe('a session that is accepted by id', () => {
  test('gives its own messages, in order', async () => {
    const name = await sessionQueue()
    await send(
      name,
      { body: 'a1', sessionId: 'a' },
      { body: 'b1', sessionId: 'b' },
      { body: 'a2', sessionId: 'a' },
      { body: 'a3', sessionId: 'a' },
    )
    const receiver = await broker.client.acceptSession(name, 'a')
    expect(receiver.sessionId).toBe('a')
    expect(bodiesOf(await receive(receiver, 3))).toEqual(['a1', 'a2', 'a3'])
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('may be empty, and gets what comes later', async () => {
    const name = await sessionQueue()
    const receiver = await broker.client.acceptSession(name, 'later')
    const waiting = receiveOne(receiver)
    await send(name, { body: 1, sessionId: 'later' })
    expect((await waiting).body).toBe(1)
  })

  test.each(['a/b', '*', 'ünïcode 🐝', '$Default', '1234567890123456789'])(
    'may be called %j',
    async (sessionId) => {
      const name = await sessionQueue()
      await send(name, { body: 1, sessionId })
      const receiver = await broker.client.acceptSession(name, sessionId)
      expect(await receiveOne(receiver)).toMatchObject({ body: 1, sessionId })
    },
  )

  test('has one holder at a time, and is free when that one closes', async () => {
    const name = await sessionQueue()
    await send(name, { body: 1, sessionId: 'a' })
    const first = await broker.client.acceptSession(name, 'a')
    expect(await failure(broker.client.acceptSession(name, 'a'))).toMatchObject({
      code: 'SessionCannotBeLocked',
    })
    await first.close()
    expect((await receiveOne(await broker.client.acceptSession(name, 'a'))).body).toBe(1)
  })

  test('is free when the connection of its holder breaks', async () => {
    const name = await sessionQueue()
    const other = new ServiceBusClient(broker.service.connectionString)
    await other.acceptSession(name, 'a')
    await other.close()
    expect((await broker.client.acceptSession(name, 'a')).sessionId).toBe('a')
  })
})

describe('the next session', () => {
  test('is the one that waits longest with messages', async () => {
    const name = await sessionQueue()
    for (const sessionId of ['b', 'a', 'c']) await send(name, { body: sessionId, sessionId })
    const ids: string[] = []
    for (let index = 0; index < 3; index++) ids.push((await broker.client.acceptNextSession(name)).sessionId)
    expect(ids).toEqual(['b', 'a', 'c'])
  })

  test('is waited for until there is one', async () => {
    const name = await sessionQueue()
    const waiting = broker.client.acceptNextSession(name)
    await broker.client.acceptSession(name, 'empty')
    await send(name, { body: 1, sessionId: 'new' })
    const receiver = await waiting
    expect(receiver.sessionId).toBe('new')
    expect((await receiveOne(receiver)).body).toBe(1)
  })

  test('goes to those who wait in the order they came, one each', async () => {
    const name = await sessionQueue()
    const waiting = Array.from({ length: 20 }, () => broker.client.acceptNextSession(name))
    const ids = Array.from({ length: 20 }, (_, index) => `s${index}`)
    await send(name, ...ids.map((sessionId) => ({ body: 1, sessionId })))
    const accepted = (await Promise.all(waiting)).map(({ sessionId }) => sessionId)
    expect(accepted.toSorted()).toEqual(ids.toSorted())
  })

  test('that does not come ends in the timeout of the service', async () => {
    const name = await sessionQueue()
    const impatient = new ServiceBusClient(broker.service.connectionString, {
      retryOptions: { timeoutInMs: 5_000, maxRetries: 0 },
    })
    const waiting = failure(impatient.acceptNextSession(name))
    await expect.poll(() => broker.service.namespace.queues.get(name)?.life.watchers.size).toBe(1)
    pass(6)
    expect(await waiting).toMatchObject({ code: 'ServiceTimeout' })
    await impatient.close()
  })

  test('is not one that has only deferred or scheduled messages', async () => {
    const name = await sessionQueue()
    const sender = broker.client.createSender(name)
    await sender.scheduleMessages(
      { body: 1, sessionId: 'scheduled' },
      new Date(broker.service.clock.now() + 60_000),
    )
    await send(name, { body: 1, sessionId: 'deferred' })
    const holder = await broker.client.acceptNextSession(name)
    await holder.deferMessage(await receiveOne(holder))
    await holder.close()
    const waiting = broker.client.acceptNextSession(name)
    await send(name, { body: 1, sessionId: 'active' })
    expect((await waiting).sessionId).toBe('active')
  })

  test('is not one whose messages have expired', async () => {
    const name = await sessionQueue()
    const holder = await broker.client.acceptSession(name, 'expired')
    await holder.setSessionState('known')
    await holder.close()
    await send(name, { body: 1, sessionId: 'expired', timeToLive: 10_000 }, { body: 2, sessionId: 'alive' })
    pass(11)
    expect((await broker.client.acceptNextSession(name)).sessionId).toBe('alive')
  })

  test('of a session that is given back with messages goes to the next who waits', async () => {
    const name = await sessionQueue()
    await send(name, { body: 1, sessionId: 'a' })
    const first = await broker.client.acceptNextSession(name)
    const message = await receiveOne(first)
    expect(message.deliveryCount).toBe(0)
    const waiting = broker.client.acceptNextSession(name)
    await first.close()
    const second = await waiting
    expect(await receiveOne(second)).toMatchObject({ body: 1, deliveryCount: 0 })
  })

  test('keeps the order of a session through every change of its holder', async () => {
    const name = await sessionQueue()
    await send(name, ...Array.from({ length: 30 }, (_, body) => ({ body, sessionId: 'a' })))
    const seen: unknown[] = []
    while (seen.length < 30) {
      const holder = await broker.client.acceptNextSession(name)
      const [first] = await receive(holder, Math.min(3, 30 - seen.length))
      if (first !== undefined) await holder.completeMessage(first)
      seen.push(first?.body)
      await holder.close()
    }
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => index))
  })
})

describe('the lock of a session', () => {
  test('holds all its messages and is renewed as one', async () => {
    const name = await sessionQueue()
    await send(name, { body: 1, sessionId: 'a' })
    const receiver = await broker.client.acceptSession(name, 'a', unrenewed)
    const message = await receiveOne(receiver)
    expect(message.lockedUntilUtc).toEqual(receiver.sessionLockedUntilUtc)
    pass(40)
    const until = await receiver.renewSessionLock()
    expect(until.getTime()).toBeGreaterThan(broker.service.clock.now() + 50_000)
    pass(40)
    await receiver.completeMessage(message)
  })

  test('that expires ends its receiver, fails a late settlement, and counts as a delivery', async () => {
    const name = await sessionQueue()
    await send(name, { body: 1, sessionId: 'a' })
    const receiver = await broker.client.acceptSession(name, 'a', unrenewed)
    const message = await receiveOne(receiver)
    pass(61)
    await expect.poll(() => receiver.isClosed).toBe(true)
    expect(await failure(receiver.completeMessage(message))).toMatchObject({ code: 'SessionLockLost' })
    expect(await failure(receiver.renewSessionLock())).toMatchObject({ code: 'SessionLockLost' })
    const again = await broker.client.acceptSession(name, 'a')
    expect(await receiveOne(again)).toMatchObject({ body: 1, deliveryCount: 1 })
  })

  test('that expires is told to a handler that is subscribed', async () => {
    const name = await sessionQueue()
    const receiver = await broker.client.acceptSession(name, 'a', unrenewed)
    const lost = new Promise<unknown>((resolve) => {
      receiver.subscribe({
        processMessage: () => Promise.resolve(),
        processError: async ({ error }) => resolve('code' in error ? error.code : error),
      })
    })
    pass(61)
    expect(await lost).toBe('SessionLockLost')
  })

  test('that expires too often dead-letters the message', async () => {
    const name = await queue({ requiresSession: true, maxDeliveryCount: 2 })
    await send(name, { body: 1, sessionId: 'a' }, { body: 2, sessionId: 'a' })
    for (let round = 0; round < 2; round++) {
      await receiveOne(await broker.client.acceptSession(name, 'a', unrenewed))
      pass(61)
    }
    const dead = await receiveOne(broker.client.createReceiver(name, { subQueueType: 'deadLetter' }))
    expect(dead).toMatchObject({ body: 1, sessionId: 'a', deadLetterReason: 'MaxDeliveryCountExceeded' })
    expect((await receiveOne(await broker.client.acceptSession(name, 'a'))).body).toBe(2)
  })
})

describe('the state of a session', () => {
  test('outlives its holder and its messages, until it is cleared', async () => {
    const name = await sessionQueue()
    const first = await broker.client.acceptSession(name, 'a')
    expect(await first.getSessionState()).toBeNull()
    await first.setSessionState({ step: 3 })
    await first.close()
    const second = await broker.client.acceptSession(name, 'a')
    expect(await second.getSessionState()).toEqual({ step: 3 })
    await second.setSessionState(null)
    expect(await second.getSessionState()).toBeNull()
  })

  test('is only for the holder', async () => {
    const name = await sessionQueue()
    const first = await broker.client.acceptSession(name, 'a', unrenewed)
    pass(61)
    await broker.client.acceptSession(name, 'a')
    expect(await failure(first.setSessionState('late'))).toMatchObject({ code: 'SessionLockLost' })
  })
})

describe('a message without a session id', () => {
  test('is refused by a queue that needs one', async () => {
    const name = await sessionQueue()
    const { message } = await failure(send(name, { body: 1 }))
    expect(message).toContain('SessionId was not set')
    expect(await failure(send(name, { body: 1, sessionId: 'a' }, { body: 2 }))).toMatchObject({ message })
    expect(await broker.client.createReceiver(name, { subQueueType: 'deadLetter' }).peekMessages(1)).toEqual(
      [],
    )
  })

  test('is dead-lettered by a subscription that needs one', async () => {
    const name = await topic({ requiresSession: true })
    await send(name, { body: 'lost' }, { body: 'kept', sessionId: 'a' })
    const dead = broker.client.createReceiver(name, 's', { subQueueType: 'deadLetter' })
    expect(await receiveOne(dead)).toMatchObject({ body: 'lost', deadLetterReason: 'Session ID is null' })
    expect((await receiveOne(await broker.client.acceptNextSession(name, 's'))).body).toBe('kept')
  })
})

describe('the wrong kind of receiver', () => {
  test('is refused by an entity with sessions, and by one without', async () => {
    const withSessions = await sessionQueue()
    const without = await queue()
    const plain = await failure(broker.client.createReceiver(withSessions).receiveMessages(1))
    expect(plain.message).toContain('requires sessions')
    // The client does not pass on why a session that it named was refused.
    expect(await failure(broker.client.acceptSession(without, 'a'))).toMatchObject({
      code: 'SessionCannotBeLocked',
    })
    expect((await failure(broker.client.acceptNextSession(without))).message).toContain(
      'does not require sessions',
    )
  })
})
