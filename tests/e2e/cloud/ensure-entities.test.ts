import { ServiceBusClient } from '@azure/service-bus'
import { expect, onTestFinished, test } from 'vitest'
import { ensureEntities } from '../../../local/cloud/ensure-entities.ts'
import { startServiceBus } from '../../../local/service-bus/start.ts'
import { A2A_REQUESTS, proxySubscription, topologyOf } from '../../../shared/contract/topology.ts'

test('a running broker gets the entities it lacks, once, and they work', async () => {
  const broker = await startServiceBus({ port: 0, managementPort: 0 })
  onTestFinished(() => broker.stop())
  const { connectionString } = broker
  const managementUrl = `http://127.0.0.1:${broker.managementPort}`
  const topology = topologyOf({ proxyId: 'a' })
  await ensureEntities(topology, { connectionString, managementUrl })
  await ensureEntities(topology, { connectionString, managementUrl })

  const client = new ServiceBusClient(connectionString)
  onTestFinished(() => client.close())
  await client.createSender('agent-events').sendMessages({ body: 'kept', sessionId: 't1' })
  const receiver = await client.acceptSession('agent-events', 'gateway', 't1')
  const [message] = await receiver.receiveMessages(1)
  expect(message?.body).toBe('kept')
})

test('a deployment that joins a broker gets what is for it, and takes nothing from the one that was there', async () => {
  const broker = await startServiceBus({ port: 0, managementPort: 0 })
  onTestFinished(() => broker.stop())
  const { connectionString } = broker
  const managementUrl = `http://127.0.0.1:${broker.managementPort}`
  await ensureEntities(topologyOf({ proxyId: 'a' }), { connectionString, managementUrl })
  const joining = topologyOf({ proxyId: 'b', subscription: 'gateway-b', queueSuffix: '-b' })
  await ensureEntities(joining, { connectionString, managementUrl })

  const client = new ServiceBusClient(connectionString)
  onTestFinished(() => client.close())
  const sender = client.createSender(A2A_REQUESTS)
  for (const proxyId of ['b', 'a', 'c'])
    await sender.sendMessages({ body: proxyId, applicationProperties: { proxyId } })
  for (const proxyId of ['a', 'b']) {
    const receiver = client.createReceiver(A2A_REQUESTS, proxySubscription(proxyId))
    const messages = await receiver.receiveMessages(1)
    expect(messages.map(({ body }): unknown => body)).toEqual([proxyId])
    for (const message of messages) await receiver.completeMessage(message)
    expect(await receiver.peekMessages(1)).toEqual([])
  }
})
