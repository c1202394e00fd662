import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceBusAdministrationClient } from '@azure/service-bus'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { startServiceBus } from '../../../local/service-bus/start.ts'
import { failure, managementConnection, uniqueName, useBroker } from './support/broker-with-administration.ts'

const broker = useBroker()
const admin = () => broker.administration

const file = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '..', 'web-pubsub', 'tls', name))
const tls = { cert: file('cert.pem'), key: file('key.pem') }
const tlsOptions = { ca: tls.cert.toString() }

/** A request as any other program would send it, signed with the key of the broker. */
const request = async (path: string, init: RequestInit = {}): Promise<{ status: number; body: string }> => {
  const url = `http://127.0.0.1:${broker.service.managementPort}/${path}`
  const audience = encodeURIComponent(url)
  const expiry = Math.ceil(Date.now() / 1_000) + 300
  const key = /SharedAccessKey=([^;]+)/.exec(broker.service.connectionString)?.[1] ?? ''
  const signature = createHmac('sha256', key).update(`${audience}\n${expiry}`).digest('base64')
  const authorization = `SharedAccessSignature sr=${audience}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=RootManageSharedAccessKey`
  const response = await fetch(url, { ...init, headers: { authorization, ...init.headers } })
  return { status: response.status, body: await response.text() }
}

const entry = (content: string): string =>
  `<?xml version="1.0"?><entry xmlns="http://www.w3.org/2005/Atom"><content type="application/xml">${content}</content></entry>`

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
    const service = await startServiceBus({ port: 0, managementPort: 0, tls })
    const client = new ServiceBusAdministrationClient(managementConnection(service), { tlsOptions })
    const name = uniqueName('queue')
    await client.createQueue(name)
    expect((await client.getQueue(name)).name).toBe(name)
    await service.stop()
  })

  test('takes a token of the issuer that it was told of, and no other', async () => {
    const key = 'a secret that is long enough for HS256'
    const service = await startServiceBus({ port: 0, managementPort: 0, tls, jwt: { key } })
    const clientOf = (secret: string): ServiceBusAdministrationClient => {
      const expiresOnTimestamp = Date.now() + 3_600_000
      const sign = (): Promise<string> =>
        new SignJWT()
          .setProtectedHeader({ alg: 'HS256' })
          .setAudience('https://servicebus.azure.net')
          .setExpirationTime('1h')
          .sign(Buffer.from(secret))
      const credential = { getToken: async () => ({ token: await sign(), expiresOnTimestamp }) }
      return new ServiceBusAdministrationClient(`127.0.0.1:${service.managementPort}`, credential, {
        tlsOptions,
      })
    }
    const name = uniqueName('queue')
    expect((await clientOf(key).createQueue(name)).name).toBe(name)
    const refused = { code: 'UnauthorizedRequestError', statusCode: 401 }
    expect(await failure(clientOf(`another ${key}`).getQueue(name))).toMatchObject(refused)
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

describe('requests of other programs', () => {
  test('without a token are refused as XML that says why', async () => {
    const url = `http://127.0.0.1:${broker.service.managementPort}/$Resources/Queues`
    const response = await fetch(url)
    expect(response.status).toBe(401)
    expect(await response.text()).toBe(
      '<Error><Code>401</Code><Detail>MissingToken: The authorization header was not provided.</Detail></Error>',
    )
  })

  test('make, read and delete a queue with the XML of any client', async () => {
    const name = uniqueName('queue')
    const body = entry(
      '<sb:QueueDescription xmlns:sb="x"><sb:LockDuration>PT7S</sb:LockDuration></sb:QueueDescription>',
    )
    expect(await request(name, { method: 'PUT', body })).toMatchObject({ status: 201 })
    const read = await request(`${name}?api-version=2017-04&enrich=true`)
    expect(read.status).toBe(200)
    expect(read.body).toContain('<LockDuration>PT7S</LockDuration>')
    expect(await request(name, { method: 'DELETE' })).toEqual({ status: 200, body: '' })
    expect(await request(name)).toMatchObject({ status: 404 })
  })

  const put = (body: string): RequestInit => ({ method: 'PUT', body })
  const status = '<QueueDescription><Status>On</Status></QueueDescription>'

  test.each([
    { what: 'no XML', path: 'q', init: put('queue'), wanted: [400, 'one root element'] },
    {
      what: 'a document type',
      path: 'q',
      init: put('<!DOCTYPE a><entry/>'),
      wanted: [400, 'No XML at character 1'],
    },
    { what: 'no content', path: 'q', init: put('<entry/>'), wanted: [400, 'no description'] },
    {
      what: 'another kind',
      path: 'q',
      init: put(entry('<RuleDescription/>')),
      wanted: [400, 'A RuleDescription'],
    },
    { what: 'a wrong value', path: 'q', init: put(entry(status)), wanted: [400, 'Status'] },
    {
      what: 'a wrong name',
      path: 'q!',
      init: put(entry('<QueueDescription/>')),
      wanted: [400, 'no valid name'],
    },
    { what: 'another method', path: 'q', init: { method: 'POST' }, wanted: [405, 'POST is not supported'] },
    {
      what: 'no entity',
      path: '$Resources/Queues',
      init: { method: 'DELETE' },
      wanted: [405, 'Only entities'],
    },
    { what: 'no address', path: '', init: {}, wanted: [404, 'Name a queue'] },
    {
      what: 'a wrong page',
      path: '$Resources/Queues?$top=x',
      init: {},
      wanted: [400, '$top must be a number'],
    },
    { what: 'too much', path: 'q', init: put('x'.repeat(1_100_000)), wanted: [413, 'larger than'] },
  ])('with $what are refused', async ({ path, init, wanted }) => {
    const reply = await request(path, init)
    expect([reply.status, reply.body]).toEqual([wanted[0], expect.stringContaining(String(wanted[1]))])
  })
})
