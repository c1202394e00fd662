import { describe, expect, test } from 'vitest'
import { resolveConnections } from './connections.ts'

const SERVICE_BUS = 'Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=a=='
const STORAGE = 'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=a==;EndpointSuffix=core.windows.net'
const WEB_PUBSUB = 'Endpoint=https://x.webpubsub.azure.com;AccessKey=a==;Version=1.0;'

const resolve = (env: Record<string, string>): ReturnType<typeof resolveConnections> =>
  resolveConnections(env, { storage: ['AzureWebJobsStorage'], serviceBus: ['BUS'] })

describe('a connection', () => {
  test('is a connection string', () => {
    const { connections, problems } = resolve({
      AzureWebJobsStorage: STORAGE,
      BUS: SERVICE_BUS,
      WEB_PUBSUB_CONNECTION_STRING: WEB_PUBSUB,
    })
    expect(problems).toEqual([])
    expect(connections.storage('AzureWebJobsStorage')).toEqual({ connectionString: STORAGE })
    expect(connections.serviceBus('BUS')).toEqual({ connectionString: SERVICE_BUS })
    expect(connections.webPubSub()).toEqual({ connectionString: WEB_PUBSUB })
  })

  test('of storage may be that of the local emulator, or a shared access signature', () => {
    for (const text of [
      'UseDevelopmentStorage=true',
      'SharedAccessSignature=sv=1&sig=x;TableEndpoint=https://x.table.core.windows.net',
    ]) {
      expect(resolve({ AzureWebJobsStorage: text }).connections.storage('AzureWebJobsStorage')).toEqual({
        connectionString: text,
      })
    }
  })

  test('is an address with the identity of the app', () => {
    const { connections } = resolve({
      AzureWebJobsStorage__accountName: 'x',
      BUS__fullyQualifiedNamespace: 'x.servicebus.windows.net',
      BUS__clientId: 'c-1',
      WEB_PUBSUB_CONNECTION_STRING__endpoint: 'https://x.webpubsub.azure.com',
      AZURE_CLIENT_ID: 'c-0',
      IDENTITY_ENDPOINT: 'http://127.0.0.1:41000/token',
    })
    const identity = { isManaged: true, clientId: 'c-0' }
    expect(connections.storage('AzureWebJobsStorage')).toEqual({
      tableEndpoint: 'https://x.table.core.windows.net',
      blobEndpoint: 'https://x.blob.core.windows.net',
      identity,
    })
    expect(connections.serviceBus('BUS')).toEqual({
      fullyQualifiedNamespace: 'x.servicebus.windows.net',
      identity: { isManaged: true, clientId: 'c-1' },
    })
    expect(connections.webPubSub()).toEqual({ endpoint: 'https://x.webpubsub.azure.com', identity })
  })

  test('of storage may name both its addresses', () => {
    const { connections } = resolve({
      AzureWebJobsStorage__tableServiceUri: 'https://t.example',
      AzureWebJobsStorage__blobServiceUri: 'https://b.example',
    })
    expect(connections.storage('AzureWebJobsStorage')).toEqual({
      tableEndpoint: 'https://t.example',
      blobEndpoint: 'https://b.example',
      identity: { isManaged: false },
    })
  })
})

describe('a connection that is missing or malformed', () => {
  test('is a problem with a remedy, and using it is a 503 that names the setting', () => {
    const { connections, problems } = resolve({})
    expect(problems.map(({ setting }) => setting)).toEqual([
      'BUS',
      'AzureWebJobsStorage',
      'WEB_PUBSUB_CONNECTION_STRING',
    ])
    for (const { setting, message, remedy } of problems) {
      expect(message).toBe(`${setting} is not set.`)
      expect(remedy).toContain(`Set ${setting} to`)
    }
    for (const use of [
      () => connections.serviceBus('BUS'),
      () => connections.storage('AzureWebJobsStorage'),
      () => connections.webPubSub(),
    ]) {
      expect(use).toThrow(expect.objectContaining({ code: 'not_configured', status: 503, retryable: false }))
    }
    expect(() => connections.serviceBus('BUS')).toThrow('Set BUS to')
  })

  test.each([
    { BUS: 'Endpoint=https://x;SharedAccessKeyName=k;SharedAccessKey=a' },
    { BUS: 'Endpoint=sb://x;SharedAccessKeyName=k' },
    { AzureWebJobsStorage: 'AccountName=x' },
    { AzureWebJobsStorage__tableServiceUri: 'https://t.example' },
    { AzureWebJobsStorage__tableServiceUri: 't.example', AzureWebJobsStorage__blobServiceUri: 'b.example' },
    { WEB_PUBSUB_CONNECTION_STRING: 'Endpoint=https://x' },
    { WEB_PUBSUB_CONNECTION_STRING__endpoint: 'x.webpubsub.azure.com' },
  ])('is said to be unusable, without its value: %o', (env) => {
    const [name = '', value = ''] = Object.entries(env)[0] ?? []
    const problem = resolve(env).problems.find(({ setting }) => name.startsWith(setting))
    expect(problem?.message).toContain('is set, but it is not a usable connection')
    expect(JSON.stringify(problem)).not.toContain(value)
  })

  test('is not hidden behind an identity when its connection string is wrong', () => {
    const { problems } = resolve({
      BUS: 'nonsense',
      BUS__fullyQualifiedNamespace: 'x.servicebus.windows.net',
    })
    expect(problems.map(({ setting }) => setting)).toContain('BUS')
  })

  test('of another name than the configuration has is refused', () => {
    expect(() => resolve({}).connections.storage('Other')).toThrow('Other')
  })
})
