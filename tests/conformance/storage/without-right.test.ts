import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'
import { connectFolder } from '../../../shared/azure/blobs/connect-folder.ts'
import { openCredential } from '../../../shared/azure/credential.ts'
import { connectTable } from '../../../shared/azure/tables/connect-tables.ts'
import { resolveConnections } from '../../../shared/kernel/config/connections.ts'
import { startEntra, type Entra } from '../../e2e/identity/support/start-entra.ts'
import { CERTIFICATE, CERTIFICATE_KEY } from '../../e2e/signaling/support/certificate.ts'

const ACCOUNT = 'AzureWebJobsStorage'
const CLIENT_ID = 'c-1'

let storage: RunningStorage
let entra: Entra
beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates(), readFileSync(CERTIFICATE, 'utf8')])
  entra = await startEntra({ clientId: CLIENT_ID, objectId: 'the-app' })
  storage = await startStorage({ tls: { cert: CERTIFICATE, key: CERTIFICATE_KEY }, oauth: 'basic' })
  Object.assign(process.env, entra.environment)
})
afterAll(async () => {
  for (const name of Object.keys(entra.environment)) delete process.env[name]
  entra.stop()
  await storage.stop()
})

/** One operation on each service, as the identity of a client id. */
const operations: Readonly<Record<string, (clientId: string) => Promise<unknown>>> = {
  table: (clientId) => connectTable(connection(clientId), 'rights').get('p', 'r'),
  blob: (clientId) => connectFolder(connection(clientId), 'rights').list(''),
}

const connection = (clientId: string) =>
  resolveConnections(
    {
      ...entra.environment,
      AZURE_CLIENT_ID: clientId,
      [`${ACCOUNT}__tableServiceUri`]: storage.tableUrl,
      [`${ACCOUNT}__blobServiceUri`]: storage.blobUrl,
    },
    { storage: [ACCOUNT], serviceBus: [] },
  ).connections.storage(ACCOUNT)

const outage = (message: string) => ({
  code: 'unavailable',
  retryable: true,
  message: expect.stringContaining(message),
})

describe.each(Object.entries(operations))('the %s service', (operation, use) => {
  test('is away as long as the identity gets no token', async () => {
    await expect(use('another')).rejects.toMatchObject(outage('got no token for https://storage.azure.com'))
  })

  test('is away as long as it refuses the identity, and then there', async () => {
    storage.faults.add({ operation, action: 'refuse', count: 1 })
    await expect(use(CLIENT_ID)).rejects.toMatchObject(outage('its identity has the role'))
    await use(CLIENT_ID)
  })
})

test('an identity is one credential, whoever asks', async () => {
  const [one, same, other] = await Promise.all(
    [CLIENT_ID, CLIENT_ID, 'another'].map((clientId) => openCredential({ isManaged: true, clientId })),
  )
  expect(one).toBe(same)
  expect(one).not.toBe(other)
})
