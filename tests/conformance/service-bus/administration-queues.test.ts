import type { QueueProperties } from '@azure/service-bus'
import { describe, expect, test } from 'vitest'
import { failure, uniqueName, useBroker } from './support/broker-with-administration.ts'

const broker = useBroker()
const admin = () => broker.administration

const FOREVER = 'P10675199DT2H48M5.4775807S'

describe('queues', () => {
  test('a queue made without properties has the defaults of Azure', async () => {
    const name = uniqueName('queue')
    const { _response, ...made } = await admin().createQueue(name)
    expect(_response.status).toBe(201)
    expect(made).toEqual({
      name,
      forwardTo: undefined,
      forwardDeadLetteredMessagesTo: undefined,
      userMetadata: undefined,
      authorizationRules: undefined,
      maxMessageSizeInKilobytes: undefined,
      lockDuration: 'PT1M',
      maxSizeInMegabytes: 1_024,
      maxDeliveryCount: 10,
      enablePartitioning: false,
      requiresSession: false,
      enableBatchedOperations: true,
      defaultMessageTimeToLive: FOREVER,
      autoDeleteOnIdle: FOREVER,
      requiresDuplicateDetection: false,
      duplicateDetectionHistoryTimeWindow: 'PT10M',
      deadLetteringOnMessageExpiration: false,
      status: 'Active',
      enableExpress: false,
      availabilityStatus: 'Available',
    } satisfies Record<keyof QueueProperties, unknown>)
  })

  test('every property that was stated is kept', async () => {
    const name = uniqueName('queue')
    const stated = {
      lockDuration: 'PT45S',
      maxSizeInMegabytes: 2_048,
      requiresDuplicateDetection: true,
      requiresSession: true,
      defaultMessageTimeToLive: 'P2D',
      deadLetteringOnMessageExpiration: true,
      duplicateDetectionHistoryTimeWindow: 'PT2M',
      maxDeliveryCount: 8,
      enableBatchedOperations: false,
      userMetadata: '<owner> & "team"',
      autoDeleteOnIdle: 'PT1H',
      enablePartitioning: true,
      status: 'ReceiveDisabled',
    } as const
    await admin().createQueue(name, stated)
    expect(await admin().getQueue(name)).toMatchObject(stated)
  })

  test('a name is found in any case, and may have slashes', async () => {
    const name = `${uniqueName('Folder')}/Queue`
    await admin().createQueue(name)
    expect((await admin().getQueue(name.toUpperCase())).name).toBe(name)
    await admin().deleteQueue(name.toLowerCase())
    expect(await admin().queueExists(name)).toBe(false)
  })

  test('a second queue of the name is refused, as is a topic', async () => {
    const name = uniqueName('queue')
    await admin().createQueue(name)
    const exists = { code: 'MessageEntityAlreadyExistsError', statusCode: 409 }
    expect(await failure(admin().createQueue(name.toUpperCase()))).toMatchObject(exists)
    expect(await failure(admin().createTopic(name))).toMatchObject(exists)
  })

  test('what is not there is not found', async () => {
    const name = uniqueName('queue')
    const missing = { code: 'MessageEntityNotFoundError', statusCode: 404 }
    expect(await admin().queueExists(name)).toBe(false)
    expect(await failure(admin().getQueue(name))).toMatchObject(missing)
    expect(await failure(admin().getQueueRuntimeProperties(name))).toMatchObject(missing)
    expect(await failure(admin().deleteQueue(name))).toMatchObject(missing)
    const other = await admin().createQueue(uniqueName('queue'))
    expect(await failure(admin().updateQueue({ ...other, name }))).toMatchObject(missing)
  })

  test('an update holds for the next message', async () => {
    const name = uniqueName('queue')
    const queue = await admin().createQueue(name)
    await broker.send(name, { body: 1 })
    await admin().updateQueue({ ...queue, maxDeliveryCount: 1, userMetadata: 'changed' })
    expect(await admin().getQueue(name)).toMatchObject({ maxDeliveryCount: 1, userMetadata: 'changed' })
    const receiver = broker.client.createReceiver(name)
    const [message] = await receiver.receiveMessages(1)
    if (message !== undefined) await receiver.abandonMessage(message)
    expect(await admin().getQueueRuntimeProperties(name)).toMatchObject({
      activeMessageCount: 0,
      deadLetterMessageCount: 1,
    })
  })

  test('what is fixed at creation cannot be updated', async () => {
    const queue = await admin().createQueue(uniqueName('queue'))
    for (const property of ['requiresSession', 'requiresDuplicateDetection'] as const) {
      expect(await failure(admin().updateQueue({ ...queue, [property]: true }))).toMatchObject({
        statusCode: 400,
        message: expect.stringMatching(
          /The value for the \w+ property of an existing entity cannot be changed/,
        ),
      })
    }
  })

  test('a value out of range is refused by the name of its property', async () => {
    const name = uniqueName('queue')
    const refused = async (
      options: Parameters<typeof broker.administration.createQueue>[1],
    ): Promise<string> => {
      const { statusCode, message } = await failure(admin().createQueue(name, options))
      expect(statusCode).toBe(400)
      return message
    }
    expect(await refused({ lockDuration: 'PT6M' })).toContain('LockDuration: is 360000 ms')
    expect(await refused({ lockDuration: 'soon' })).toContain('LockDuration: is not an ISO 8601 duration')
    expect(await refused({ maxDeliveryCount: 0 })).toContain('MaxDeliveryCount')
    expect(await refused({ duplicateDetectionHistoryTimeWindow: 'P8D' })).toContain(
      'DuplicateDetectionHistoryTimeWindow',
    )
    expect(await refused({ maxMessageSizeInKilobytes: 2_048 })).toContain('MaxMessageSizeInKilobytes is 2048')
    expect(await admin().queueExists(name)).toBe(false)
  })

  test('a deleted queue takes its messages along and refuses senders', async () => {
    const name = uniqueName('queue')
    await admin().createQueue(name)
    await broker.send(name, { body: 'gone' })
    await admin().deleteQueue(name)
    expect((await failure(broker.send(name, { body: 'late' }))).code).toBe('MessagingEntityNotFound')
    await admin().createQueue(name)
    expect(await admin().getQueueRuntimeProperties(name)).toMatchObject({ totalMessageCount: 0 })
  })

  test('a disabled direction refuses its clients until it is enabled again', async () => {
    const name = uniqueName('queue')
    const queue = await admin().createQueue(name, { status: 'SendDisabled' })
    expect((await failure(broker.send(name, { body: 1 }))).code).toBe('MessagingEntityDisabled')
    await admin().updateQueue({ ...queue, status: 'Active' })
    await broker.send(name, { body: 2 })
    expect(await admin().getQueueRuntimeProperties(name)).toMatchObject({ activeMessageCount: 1 })
  })

  test('counts tell active, scheduled and dead-lettered messages apart', async () => {
    const name = uniqueName('queue')
    await admin().createQueue(name)
    await broker.send(name, { body: 1 }, { body: 2 }, { body: 3 })
    const sender = broker.client.createSender(name)
    await sender.scheduleMessages({ body: 4 }, new Date(Date.now() + 3_600_000))
    const receiver = broker.client.createReceiver(name)
    const [message] = await receiver.receiveMessages(1)
    if (message !== undefined) await receiver.deadLetterMessage(message)
    const counts = await admin().getQueueRuntimeProperties(name)
    expect(counts).toMatchObject({
      activeMessageCount: 2,
      scheduledMessageCount: 1,
      deadLetterMessageCount: 1,
      transferMessageCount: 0,
      transferDeadLetterMessageCount: 0,
      totalMessageCount: 4,
    })
    expect(counts.sizeInBytes).toBeGreaterThan(0)
    expect(counts.createdAt.getTime()).toBeGreaterThan(0)
    const all = []
    for await (const queue of admin().listQueuesRuntimeProperties()) all.push(queue)
    expect(all.find((queue) => queue.name === name)?.activeMessageCount).toBe(2)
  })

  test('a forward is answered as an address, moves messages, and must lead somewhere', async () => {
    const [from, to] = [uniqueName('queue'), uniqueName('queue')]
    await admin().createQueue(to)
    const made = await admin().createQueue(from, { forwardTo: to, forwardDeadLetteredMessagesTo: to })
    expect(made.forwardTo).toMatch(new RegExp(`^sb://[^/]+/${to}$`))
    await admin().updateQueue(made)
    await broker.send(from, { body: 'forwarded' })
    const receiver = broker.client.createReceiver(to, { receiveMode: 'receiveAndDelete' })
    expect((await receiver.receiveMessages(1)).map(({ body }) => body)).toEqual(['forwarded'])
    expect(await failure(admin().createQueue(uniqueName('queue'), { forwardTo: 'nowhere' }))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("there is no queue or topic 'nowhere'"),
    })
  })

  test('lists come in pages that can be continued', async () => {
    const prefix = uniqueName('page')
    const names = Array.from({ length: 5 }, (_, index) => `${prefix}-${index}`)
    for (const name of names) await admin().createQueue(name)
    const sizes: number[] = []
    const seen: string[] = []
    let token: string | undefined
    for await (const page of admin().listQueues().byPage({ maxPageSize: 2 })) {
      sizes.push(page.length)
      seen.push(...page.map((queue) => queue.name))
      token ??= page.continuationToken
    }
    expect(Math.max(...sizes)).toBe(2)
    expect(seen.filter((name) => name.startsWith(prefix))).toEqual(names)
    const rest = []
    for await (const page of admin()
      .listQueues()
      .byPage({ maxPageSize: 50, ...(token && { continuationToken: token }) })) {
      rest.push(...page.map((queue) => queue.name))
    }
    expect(rest).toEqual(seen.slice(2))
  })
})
