import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import { describe, expect, test } from 'vitest'
import { useBroker } from './support/broker-with-administration.ts'
import { bodiesOf, isEmpty, receive, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue } = useEntities(broker)

/** Sends numbered messages in portions. */
const fill = async (name: string, count: number, sessionId?: (index: number) => string): Promise<void> => {
  const sender = broker.client.createSender(name)
  for (let from = 0; from < count; from += 500) {
    await sender.sendMessages(
      Array.from({ length: Math.min(500, count - from) }, (_, offset) => ({
        body: from + offset,
        ...(sessionId && { sessionId: sessionId(from + offset) }),
      })),
    )
  }
  await sender.close()
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('what clients of AMQP stumble over', () => {
  test('5,000 messages come through one receiver that settles each', async () => {
    const name = await queue()
    await fill(name, 5_000)
    const bodies: unknown[] = []
    const done = Promise.withResolvers<void>()
    const receiver = broker.client.createReceiver(name)
    receiver.subscribe(
      {
        processMessage: async ({ body }) => {
          bodies.push(body)
          if (bodies.length === 5_000) done.resolve()
        },
        processError: async ({ error }) => done.reject(error),
      },
      { maxConcurrentCalls: 50 },
    )
    await done.promise
    await receiver.close()
    expect(bodies).toEqual(upTo(5_000))
  })

  test('one message that is never settled does not hold up 2,000 behind it', async () => {
    const name = await queue()
    await fill(name, 2_001)
    const receiver = broker.client.createReceiver(name)
    await receiveOne(receiver)
    for (let count = 0; count < 2_000;) {
      const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 2_000 })
      await Promise.all(messages.map((message) => receiver.completeMessage(message)))
      count += messages.length
    }
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('a receiver that asks for more than there is gets an answer in time, and loses nothing', async () => {
    const name = await queue()
    const receiver = broker.client.createReceiver(name)
    const received: ServiceBusReceivedMessage[] = []
    for (let round = 0; round < 40; round++) {
      await broker.send(name, { body: round })
      const messages = await receiver.receiveMessages(5, { maxWaitTimeInMs: 5 })
      await Promise.all(messages.map((message) => receiver.completeMessage(message)))
      received.push(...messages)
    }
    while (received.length < 40) received.push(...(await receive(receiver, 40 - received.length)))
    expect(bodiesOf(received)).toEqual(upTo(40))
    expect(receiver.isClosed).toBe(false)
  })

  test('three receivers that race with their own drains share all messages, each once', async () => {
    const name = await queue()
    const seen: unknown[] = []
    const drainers = Array.from({ length: 3 }, async () => {
      const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
      while (seen.length < 300)
        seen.push(...bodiesOf(await receiver.receiveMessages(3, { maxWaitTimeInMs: 3 })))
      await receiver.close()
    })
    for (let body = 0; body < 300; body++) await broker.send(name, { body })
    await Promise.all(drainers)
    expect(seen.map(Number).toSorted((left, right) => left - right)).toEqual(upTo(300))
  })

  test('the opposite settlements of two neighbours in two turns both count', async () => {
    const name = await queue()
    await fill(name, 2)
    const receiver = broker.client.createReceiver(name)
    const [first, second] = await receive(receiver, 2)
    if (first === undefined || second === undefined) throw new Error('Two messages were sent.')
    const completed = receiver.completeMessage(first)
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([completed, receiver.deadLetterMessage(second)])
    expect((await receiveOne(broker.client.createReceiver(name, { subQueueType: 'deadLetter' }))).body).toBe(
      1,
    )
    expect(await isEmpty(receiver)).toBe(true)
  })

  test('of 2,000 sessions that wait every worker gets its own, in order', async () => {
    const name = await queue({ requiresSession: true })
    await fill(name, 6_000, (index) => `${index % 2_000}`)
    const served = new Map<string, unknown[]>()
    const serve = async (): Promise<void> => {
      const receiver = await broker.client.acceptNextSession(name)
      expect(served.has(receiver.sessionId)).toBe(false)
      served.set(receiver.sessionId, [])
      for (const message of await receive(receiver, 3)) {
        served.get(receiver.sessionId)?.push(message.body)
        await receiver.completeMessage(message)
      }
      await receiver.close()
    }
    const worker = async (): Promise<void> => {
      for (let count = 0; count < 25; count++) await serve()
    }
    await Promise.all(Array.from({ length: 16 }, worker))
    expect(served.size).toBe(400)
    for (const [id, bodies] of served)
      expect(bodies).toEqual([0, 2_000, 4_000].map((step) => Number(id) + step))
  })

  test('many links open at once on one connection', async () => {
    const names = await Promise.all(Array.from({ length: 40 }, () => queue()))
    await Promise.all(names.map((name) => broker.send(name, { body: name })))
    const bodies = await Promise.all(
      names.map(async (name) => (await receiveOne(broker.client.createReceiver(name))).body),
    )
    expect(bodies).toEqual(names)
  })

  test('the client renews a lock by itself as long as its handler works', async () => {
    const name = await queue({ lockDuration: 'PT5S' })
    await broker.send(name, { body: 1 })
    const renewals = () => broker.service.meter.read().operations['renew-lock'] ?? 0
    const before = renewals()
    const receiver = broker.client.createReceiver(name)
    const message = await receiveOne(receiver)
    await expect.poll(renewals, { timeout: 8_000 }).toBeGreaterThan(before)
    await receiver.completeMessage(message)
  })
})
