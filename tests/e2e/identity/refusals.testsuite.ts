import { TableClient } from '@azure/data-tables'
import type { TokenCredential } from '@azure/identity'
import { ServiceBusClient } from '@azure/service-bus'
import { BlobServiceClient } from '@azure/storage-blob'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { findPortBase } from '../support/find-port-base.ts'
import { until } from '../support/until.ts'
import { credential } from './support/credential.ts'
import { settingsOf } from './support/settings-of.ts'
import { startApp } from './support/start-app.ts'
import { startEntra } from './support/start-entra.ts'
import { CLIENT_ID, type IdentityCloud } from './support/use-identity-cloud.ts'

const once = { retryOptions: { maxRetries: 0 } }

/** One operation on each service, which the identity of the app may do. */
const operations: Readonly<Record<string, (cloud: IdentityCloud, as: TokenCredential) => Promise<unknown>>> =
  {
    tables: ({ storage }, as) => {
      const table = new TableClient(storage.a.tableUrl, 'streams', as, once)
      return table.listEntities().next()
    },
    blobs: ({ storage }, as) =>
      new BlobServiceClient(storage.a.blobUrl, as, { retryOptions: { maxTries: 1 } }).listContainers().next(),
    'Service Bus': async ({ serviceBus }, as) => {
      const client = new ServiceBusClient(`localhost:${serviceBus.port}`, as, once)
      onTestFinished(() => client.close())
      await client.createSender('agent-events').createMessageBatch()
    },
    'Web PubSub': async ({ webPubSub }, as) =>
      new WebPubSubServiceClient(`https://127.0.0.1:${webPubSub.port}`, as, 'gateway', once).sendToAll('x', {
        contentType: 'text/plain',
      }),
  }

/** How each refuses: by status, or by the code of its protocol. */
const REFUSED = [401, 403, 'UnauthorizedAccess']

const outcomeOf = async (operation: Promise<unknown>): Promise<unknown> => {
  try {
    await operation
    return 'done'
  } catch (error) {
    if (typeof error !== 'object' || error === null) return error
    if ('statusCode' in error) return error.statusCode
    return 'code' in error ? error.code : error
  }
}

const Health = z.looseObject({ status: z.string(), connections: z.looseObject({}) })

/** That what the gateway may do is not open to everybody. */
export const testRefusals = (cloud: () => IdentityCloud): void => {
  test.each(Object.entries(operations))('%s: only good tokens are taken', async (name, operate) => {
    const { entra } = cloud()
    const stranger = await startEntra({ clientId: 'x', objectId: 'x' })
    onTestFinished(stranger.stop)
    const wrong = {
      'another audience': credential(entra, { aud: 'https://management.azure.com' }),
      'a time that is over': credential(entra, { exp: Math.floor(Date.now() / 1000) - 600 }),
      'another issuer': credential(entra, { iss: 'https://login.example/' }),
      'no token': { getToken: async () => ({ token: 'x', expiresOnTimestamp: Date.now() + 3_600_000 }) },
      // Azurite does not look at signatures.
      ...(['tables', 'blobs'].includes(name) ? {} : { 'another key': credential(stranger) }),
    }
    for (const [why, as] of Object.entries(wrong)) {
      const outcome = await outcomeOf(operate(cloud(), as))
      expect(REFUSED, `${why}: ${String(outcome)}`).toContain(outcome)
    }
    expect(await outcomeOf(operate(cloud(), credential(entra)))).toBe('done')
  })

  test('over HTTP, no header is no right', async () => {
    const { storage, webPubSub } = cloud()
    const rest = `https://127.0.0.1:${webPubSub.port}/api/hubs/gateway/:generateToken?api-version=2024-01-01`
    for (const [url, method] of [
      [`${storage.a.tableUrl}/Tables`, 'GET'],
      [`${storage.a.blobUrl}?comp=list`, 'GET'],
      [rest, 'POST'],
    ] as const) {
      const { status } = await fetch(url, { method })
      expect(REFUSED, url).toContain(status)
    }
  })

  test('an app that names an identity that it does not have says that it reaches nothing', async () => {
    const { a, entra } = cloud()
    const url = `http://127.0.0.1:${await findPortBase()}`
    const another = { ...a, url, clientId: 'another' }
    const app = await startApp(url, settingsOf(another, cloud(), entra))
    onTestFinished(() => app.stop())
    const health = await until('it is unhealthy', async () => {
      const response = await fetch(`${url}/health`)
      return response.status === 503 && Health.parse(await response.json())
    })
    expect(health).toMatchObject({
      status: 'unhealthy',
      connections: { asb: 'disconnected', storage: 'disconnected', web_pubsub: 'disconnected' },
    })
    expect(entra.asked.every(({ clientId }) => clientId === CLIENT_ID)).toBe(true)
  })
}
