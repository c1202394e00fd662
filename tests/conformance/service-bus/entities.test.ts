import { once } from 'node:events'
import { connect } from 'node:net'
import type { ServiceBusReceiver } from '@azure/service-bus'
import { describe, expect, test } from 'vitest'
import { failure, useBroker } from './support/broker-with-administration.ts'
import { isEmpty, receiveOne, useEntities } from './support/entities.ts'

const broker = useBroker()
const { queue, topic, pass } = useEntities(broker)
const { send } = broker

/** The code of the first error that a subscribed receiver is told. */
const firstError = (receiver: ServiceBusReceiver): Promise<unknown> =>
  new Promise((resolve) => {
    receiver.subscribe({
      processMessage: () => Promise.resolve(),
      processError: async ({ error }) => resolve('code' in error ? error.code : error),
    })
  })

const attached = (name: string) => broker.service.namespace.find(name).entity.life.watchers.size

describe('an entity that ends', () => {
  test('tells its receivers, and takes its messages along', async () => {
    const name = await queue()
    const error = firstError(broker.client.createReceiver(name))
    await expect.poll(() => attached(name)).toBe(1)
    await broker.administration.deleteQueue(name)
    expect(await error).toBe('MessagingEntityNotFound')
    await broker.administration.createQueue(name)
    expect(await isEmpty(broker.client.createReceiver(name))).toBe(true)
  })

  test('by a time to live of its messages does not touch a new one of its name', async () => {
    const name = await queue()
    await send(name, { body: 'old', timeToLive: 10_000 })
    await broker.administration.deleteQueue(name)
    await broker.administration.createQueue(name)
    await send(name, { body: 'new' })
    pass(11)
    expect(await receiveOne(broker.client.createReceiver(name))).toMatchObject({ body: 'new' })
  })

  test('when it is switched off tells its receivers, and serves again when it is switched on', async () => {
    const name = await queue()
    const receiver = broker.client.createReceiver(name)
    const error = firstError(receiver)
    await expect.poll(() => attached(name)).toBe(1)
    const properties = await broker.administration.getQueue(name)
    await broker.administration.updateQueue({ ...properties, status: 'Disabled' })
    expect(await error).toBe('MessagingEntityDisabled')
    await receiver.close()
    expect(await failure(send(name, { body: 2 }))).toMatchObject({ code: 'MessagingEntityDisabled' })
    await broker.administration.updateQueue({ ...properties, status: 'Active' })
    await send(name, { body: 3 })
    expect((await receiveOne(broker.client.createReceiver(name))).body).toBe(3)
  })

  test('goes by itself when it is idle long enough, but not while somebody uses it', async () => {
    const idle = await queue({ autoDeleteOnIdle: 'PT10M' })
    const used = await topic({ autoDeleteOnIdle: 'PT10M' })
    const error = firstError(broker.client.createReceiver(used, 's'))
    await expect.poll(() => attached(`${used}/Subscriptions/s`)).toBe(1)
    pass(599)
    await send(idle, { body: 1 })
    pass(599)
    expect(await broker.administration.queueExists(idle)).toBe(true)
    pass(601)
    expect(await broker.administration.queueExists(idle)).toBe(false)
    expect(await broker.administration.subscriptionExists(used, 's')).toBe(true)
    await broker.administration.deleteSubscription(used, 's')
    expect(await error).toBe('MessagingEntityNotFound')
  })
})

describe('a stranger on the wire', () => {
  const speak = async (bytes: Buffer): Promise<Buffer> => {
    const socket = connect(broker.service.port, '127.0.0.1')
    const answer: Buffer[] = []
    socket.on('data', (chunk) => answer.push(chunk))
    socket.on('error', () => undefined)
    socket.end(bytes)
    await once(socket, 'close')
    return Buffer.concat(answer)
  }
  const AMQP = 'AMQP\0\x01\0\0'

  test.each([
    ['speaks HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['speaks another AMQP', Buffer.from('AMQP\x01\x01\x00\x0a', 'latin1')],
    [
      'sends noise after the header',
      Buffer.from(`${AMQP}\x00\x00\x00\x10\x02\x00\x00\x00noise!!!`, 'latin1'),
    ],
    ['claims a frame of 4 GB', Buffer.from(`${AMQP}\xff\xff\xff\xff\x02\x00\x00\x00`, 'latin1')],
    [
      'uses a channel without a session',
      Buffer.from(`${AMQP}\x00\x00\x00\x0c\x02\x00\x00\x05\x00S\x17\x45`, 'latin1'),
    ],
  ])('who %s is shown out, and nobody else notices', async (_what, bytes) => {
    const name = await queue()
    await send(name, { body: 'before' })
    expect((await speak(bytes)).toString('latin1').startsWith(AMQP)).toBe(true)
    expect((await receiveOne(broker.client.createReceiver(name))).body).toBe('before')
  })
})
