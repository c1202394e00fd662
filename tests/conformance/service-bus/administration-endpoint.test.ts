import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceBusAdministrationClient } from '@azure/service-bus'
import { describe, expect, test } from 'vitest'
import { startServiceBus } from '../../../local/service-bus/start.ts'
import { failure, managementConnection, uniqueName, useBroker } from './support/broker-with-administration.ts'

const broker = useBroker()
const admin = () => broker.administration

describe('the endpoint', () => {
  test('tells what the namespace is', async () => {
    expect(await admin().getNamespaceProperties()).toMatchObject({
      name: 'sbemulatorns',
      messagingSku: 'Standard',
    })
  })

  test('refuses a client with another key', async () => {
    const client = broker.connectAdministration({ key: 'wrong' })
    expect(await failure(client.getQueue('any'))).toMatchObject({
      code: 'UnauthorizedRequestError',
      statusCode: 401,
    })
  })

  test('answers as an overloaded or broken service when it is asked to', async () => {
    const name = uniqueName('queue')
    await admin().createQueue(name)
    broker.service.faults.add({ operation: 'manage', target: name, action: 'unavailable', count: 1 })
    expect(await failure(admin().getQueue(name))).toMatchObject({ code: 'ServerBusyError', statusCode: 503 })
    broker.service.faults.add({ operation: 'manage', target: name, action: 'drop', count: 1 })
    expect((await failure(admin().getQueue(name))).message).toMatch(/socket hang up|ECONNRESET/)
    expect((await admin().getQueue(name)).name).toBe(name)
  })

  test('counts what was asked of it', async () => {
    broker.service.meter.reset()
    await admin().queueExists('none')
    expect(broker.service.meter.read().operations).toMatchObject({ manage: 1 })
  })

  test('speaks TLS, which the client needs without any other means', async () => {
    const file = (name: string): Buffer =>
      readFileSync(join(import.meta.dirname, '..', 'web-pubsub', 'tls', name))
    const tls = { cert: file('cert.pem'), key: file('key.pem') }
    const service = await startServiceBus({ port: 0, managementPort: 0, tls })
    const client = new ServiceBusAdministrationClient(managementConnection(service), {
      tlsOptions: { ca: tls.cert.toString() },
    })
    const name = uniqueName('queue')
    await client.createQueue(name)
    expect((await client.getQueue(name)).name).toBe(name)
    await service.stop()
  })

  test('with --data keeps entities and rules over a restart', async () => {
    await broker.withData(async (start) => {
      const before = await start()
      const topic = uniqueName('topic')
      const queue = await before.administration.createQueue(uniqueName('queue'), { lockDuration: 'PT20S' })
      await before.administration.createTopic(topic)
      await before.administration.createSubscription(topic, 's', { maxDeliveryCount: 7 })
      await before.administration.createRule(
        topic,
        's',
        'r',
        { sqlExpression: 'a = 1' },
        { sqlExpression: 'SET b = 2' },
      )
      await before.administration.deleteRule(topic, 's', '$Default')
      await before.administration.updateQueue({ ...queue, userMetadata: 'kept' })
      await before.stop()
      const after = await start()
      expect(await after.administration.getQueue(queue.name)).toMatchObject({
        lockDuration: 'PT20S',
        userMetadata: 'kept',
      })
      expect(await after.administration.getSubscription(topic, 's')).toMatchObject({ maxDeliveryCount: 7 })
      const rules = []
      for await (const rule of after.administration.listRules(topic, 's')) rules.push(rule)
      expect(rules).toMatchObject([
        { name: 'r', filter: { sqlExpression: 'a = 1' }, action: { sqlExpression: 'SET b = 2' } },
      ])
      await after.administration.deleteQueue(queue.name)
      await after.stop()
      const last = await start()
      expect(await last.administration.queueExists(queue.name)).toBe(false)
      await last.stop()
    })
  })
})
