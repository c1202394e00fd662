import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { TableClient } from '@azure/data-tables'
import { ServiceBusClient } from '@azure/service-bus'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { WebPubSubClient } from '@azure/web-pubsub-client'
import { BlobServiceClient } from '@azure/storage-blob'
import { onTestFinished, expect, test } from 'vitest'
import { createAdministrationClient } from '../../../local/cloud/create-administration-client.ts'
import { fail, start, tlsOptions } from './run.ts'

// What NODE_EXTRA_CA_CERTS does for a whole process, from its start.
setDefaultCACertificates([...getCACertificates(), readFileSync(tlsOptions[1], 'utf8')])

test('the broker speaks amqps and https, with its own connection string', async () => {
  const { ready } = await start(
    { name: 'service-bus', options: ['--port', '0', '--management-port', '0'] },
    tlsOptions,
  )
  const { connectionString, managementPort } = ready
  expect(connectionString).not.toContain('UseDevelopmentEmulator')
  const administration = createAdministrationClient(connectionString, `https://127.0.0.1:${managementPort}`)
  await administration.createQueue('q')
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } })
  onTestFinished(() => client.close())
  await client.createSender('q').sendMessages({ body: 'over TLS' })
  const [message] = await client.createReceiver('q').receiveMessages(1)
  expect(message?.body).toBe('over TLS')
})

test('Web PubSub speaks https and wss, with its own connection string', async () => {
  const { ready } = await start({ name: 'web-pubsub', options: ['--port', '0'] }, tlsOptions)
  const service = new WebPubSubServiceClient(ready.connectionString, 'h')
  const { url } = await service.getClientAccessToken({ groups: ['g'] })
  expect(url).toMatch(/^wss:/)
  const client = new WebPubSubClient(url, { keepAliveIntervalInMs: 0, keepAliveTimeoutInMs: 0 })
  onTestFinished(() => client.stop())
  const received = new Promise((resolve) =>
    client.on('group-message', ({ message }) => resolve(message.data)),
  )
  const connected = new Promise<void>((resolve) => client.on('connected', () => resolve()))
  await client.start()
  await connected
  await service.group('g').sendToAll({ over: 'TLS' })
  expect(await received).toEqual({ over: 'TLS' })
})

test('storage speaks https, with its own connection string', async () => {
  const { ready } = await start(
    { name: 'storage', options: ['--table-port', '0', '--blob-port', '0'] },
    tlsOptions,
  )
  const table = TableClient.fromConnectionString(ready.connectionString, 'rows')
  await table.createTable()
  await table.createEntity({ partitionKey: 'p', rowKey: 'r', over: 'TLS' })
  expect((await table.getEntity('p', 'r'))['over']).toBe('TLS')
  const container = BlobServiceClient.fromConnectionString(ready.connectionString).getContainerClient('blobs')
  expect((await container.create())._response.status).toBe(201)
})

test('storage takes tokens by --oauth, over TLS alone', async () => {
  const service = { name: 'storage', options: ['--table-port', '0', '--blob-port', '0', '--oauth', 'basic'] }
  expect((await start(service, tlsOptions)).ready.service).toBe('storage')
  expect((await fail(service, [])).stderr).toBe(
    'storage: --oauth needs TLS: tokens are refused over http. Add --tls-cert and --tls-key.\n',
  )
})
