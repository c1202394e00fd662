import { ServiceBusClient } from '@azure/service-bus'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromTopology } from '../../../local/service-bus/config/from-topology.ts'
import { parseConfig } from '../../../local/service-bus/config/read-config.ts'
import { type RunningServiceBus, startServiceBus } from '../../../local/service-bus/start.ts'
import { SWEEPS_QUEUE } from '../../contract/sweep.ts'
import { A2A_RESPONSES, topologyOf } from '../../contract/topology.ts'
import { type Bus, openBus } from './open-bus.ts'

const KIB = 1024

let broker: RunningServiceBus
let bus: Bus

beforeAll(async () => {
  broker = await startServiceBus({
    port: 0,
    namespace: parseConfig(fromTopology(topologyOf({ proxyId: 'local' })), 'the topology'),
  })
  bus = openBus({ connectionString: broker.connectionString })
})
afterAll(() => broker.stop())

test('a message is sent; one that is larger than the queue takes is refused for good', async () => {
  await bus.send(SWEEPS_QUEUE, { body: Buffer.alloc(200 * KIB), messageId: 'm-1' })
  await expect(
    bus.send(SWEEPS_QUEUE, { body: Buffer.alloc(300 * KIB), messageId: 'm-2' }),
  ).rejects.toMatchObject({
    status: 413,
    retryable: false,
    message: expect.stringContaining(SWEEPS_QUEUE),
  })
})

test('a probe sees whether the broker has the entity', async () => {
  expect(await bus.probe(SWEEPS_QUEUE)).toBe(true)
  expect(await bus.probe('nothing')).toBe(false)
})

test('a broker that refuses for now is an outage, which can be repeated', async () => {
  broker.faults.add({ operation: 'send', target: SWEEPS_QUEUE, action: 'unavailable', count: 2 })
  const message = { body: Buffer.from('x'), messageId: 'm-3' }
  await expect(bus.send(SWEEPS_QUEUE, message)).rejects.toMatchObject({ status: 503, retryable: true })
  await bus.send(SWEEPS_QUEUE, message)
})

test('many messages arrive in order, large and small', async () => {
  const client = new ServiceBusClient(broker.connectionString)
  const session = 'in-order'
  const sizes = [
    10,
    150 * KIB,
    150 * KIB,
    20,
    30,
    200 * KIB,
    40,
    ...Array.from({ length: 60 }, () => 5 * KIB),
  ]
  await bus.sendAll(
    A2A_RESPONSES,
    sizes.map((size, index) => ({
      body: Buffer.alloc(size, index),
      messageId: `m-${index}`,
      sessionId: session,
      applicationProperties: { proxyId: 'local' },
    })),
  )
  const receiver = await client.acceptSession(A2A_RESPONSES, 'proxy-local', session)
  const ids: unknown[] = []
  while (ids.length < sizes.length) {
    const messages = await receiver.receiveMessages(sizes.length, { maxWaitTimeInMs: 10_000 })
    for (const message of messages) {
      ids.push(message.messageId)
      await receiver.completeMessage(message)
    }
  }
  expect(ids).toEqual(sizes.map((_, index) => `m-${index}`))
  await client.close()
})

test('one of many that is larger than the entity takes is refused for good', async () => {
  const messages = [10, 300 * KIB, 10].map((size, index) => ({
    body: Buffer.alloc(size),
    messageId: `large-${index}`,
  }))
  await expect(bus.sendAll(SWEEPS_QUEUE, messages)).rejects.toMatchObject({ status: 413, retryable: false })
})

test('nothing to send is nothing', async () => {
  await bus.sendAll('an entity that is not there', [])
})
