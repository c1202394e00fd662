import { describe, expect, test } from 'vitest'
import { failure, uniqueName, useBroker } from './support/broker-with-administration.ts'
import { receiveOne, useEntities } from './support/entities.ts'

const KILOBYTE = 1024

describe('the Standard tier', () => {
  const broker = useBroker()
  const { queue } = useEntities(broker)

  test('takes a message of 250 KB whole', async () => {
    const name = await queue()
    const body = Buffer.alloc(250 * KILOBYTE, 'abc')
    await broker.send(name, { body })
    expect(body.equals((await receiveOne(broker.client.createReceiver(name))).body)).toBe(true)
  })

  test('refuses a message above 256 KB, and the sender can go on', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    const error = await failure(sender.sendMessages({ body: Buffer.alloc(257 * KILOBYTE) }))
    expect(error).toMatchObject({ code: 'MessageSizeExceeded' })
    expect(error.message).toContain('exceeds the limit (262144 bytes)')
    await sender.sendMessages({ body: 'small' })
    expect((await receiveOne(broker.client.createReceiver(name))).body).toBe('small')
  })

  test('lets a batch hold 256 KB', async () => {
    const batch = await broker.client.createSender(await queue()).createMessageBatch()
    expect(batch.maxSizeInBytes).toBe(256 * KILOBYTE)
    expect(batch.tryAddMessage({ body: Buffer.alloc(200 * KILOBYTE) })).toBe(true)
    expect(batch.tryAddMessage({ body: Buffer.alloc(100 * KILOBYTE) })).toBe(false)
  })

  test('refuses a scheduled message above 256 KB', async () => {
    const sender = broker.client.createSender(await queue())
    const large = { body: Buffer.alloc(257 * KILOBYTE) }
    expect(await failure(sender.scheduleMessages(large, new Date(Date.now() + 60_000)))).toMatchObject({
      code: 'MessageSizeExceeded',
    })
  })

  test('refuses properties above 64 KB', async () => {
    const name = await queue()
    const applicationProperties = { large: 'x'.repeat(65 * KILOBYTE) }
    expect((await failure(broker.send(name, { body: 1, applicationProperties }))).message).toContain(
      '65536 are allowed',
    )
  })

  test('refuses a message id above 128 characters', async () => {
    const sender = broker.client.createSender(await queue())
    const properties = { messageId: 'x'.repeat(129) }
    const { message } = await failure(
      sender.sendMessages({ body: Buffer.from('x'), bodyType: 'data', properties }),
    )
    expect(message).toContain('129 characters')
  })

  test('refuses a session state above 256 KB', async () => {
    const receiver = await broker.client.acceptSession(await queue({ requiresSession: true }), 'a')
    await receiver.setSessionState('x'.repeat(200 * KILOBYTE))
    expect((await failure(receiver.setSessionState('x'.repeat(257 * KILOBYTE)))).message).toContain('262144')
  })

  test('refuses messages when an entity is full, until some are taken out', async () => {
    const name = uniqueName('small')
    await broker.administration.createQueue(name)
    const settings = broker.service.namespace.queues.get(name)
    if (settings !== undefined) settings.settings = { ...settings.settings, maxSizeInMegabytes: 1 }
    const sender = broker.client.createSender(name)
    const body = Buffer.alloc(200 * KILOBYTE)
    for (let count = 0; count < 6; count++) await sender.sendMessages({ body })
    expect(await failure(sender.sendMessages({ body }))).toMatchObject({ code: 'QuotaExceeded' })
    const receiver = broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    await receiveOne(receiver)
    await sender.sendMessages({ body })
  })
})

describe('the Premium tier', () => {
  const broker = useBroker({ tier: 'premium' })
  const { queue } = useEntities(broker)

  test('takes 1 MB where nothing else is said, in one message or a batch', async () => {
    const name = await queue()
    const sender = broker.client.createSender(name)
    const body = Buffer.alloc(1_000 * KILOBYTE, 'xyz')
    await sender.sendMessages({ body })
    expect(body.equals((await receiveOne(broker.client.createReceiver(name))).body)).toBe(true)
    expect((await sender.createMessageBatch()).maxSizeInBytes).toBe(1024 * KILOBYTE)
    const { code } = await failure(sender.sendMessages({ body: Buffer.alloc(1_025 * KILOBYTE) }))
    expect(code).toBe('MessageSizeExceeded')
  })

  test('takes larger messages where the entity says so', async () => {
    const name = await queue({ maxMessageSizeInKilobytes: 8 * KILOBYTE })
    const body = Buffer.alloc(7_000 * KILOBYTE, 'large')
    await broker.client.createSender(name).sendMessages({ body })
    const received = await receiveOne(broker.client.createReceiver(name, { receiveMode: 'receiveAndDelete' }))
    expect(body.equals(received.body)).toBe(true)
  })
})
