import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { TableClient } from '@azure/data-tables'
import { BlobServiceClient } from '@azure/storage-blob'
import { UnsecuredJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'

const file = (name: string): string => join(import.meta.dirname, '../web-pubsub/tls', name)
const tls = { cert: file('cert.pem'), key: file('key.pem') }
setDefaultCACertificates([...getCACertificates(), readFileSync(tls.cert, 'utf8')])

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage({ tls, oauth: 'basic' })
})
afterAll(() => storage.stop())

const nowSeconds = Math.floor(Date.now() / 1000)
const good = {
  iss: 'https://sts.windows.net/tenant/',
  aud: 'https://storage.azure.com',
  iat: nowSeconds - 60,
  nbf: nowSeconds - 60,
  exp: nowSeconds + 3600,
}

const credential = (claims: JWTPayload) => ({
  getToken: async () => ({
    token: new UnsecuredJWT(claims).encode(),
    expiresOnTimestamp: Date.now() + 3_600_000,
  }),
})

const createTable = (claims: JWTPayload, name: string): Promise<void> =>
  new TableClient(storage.tableUrl, name, credential(claims), {
    retryOptions: { maxRetries: 0 },
  }).createTable()

const createContainer = async (claims: JWTPayload, name: string): Promise<void> => {
  const blobs = new BlobServiceClient(storage.blobUrl, credential(claims), { retryOptions: { maxTries: 1 } })
  await blobs.getContainerClient(name).create()
}

describe.each([
  ['tables', createTable],
  ['blobs', createContainer],
] as const)('a token of an identity, for %s', (_what, create) => {
  test('is taken beside the key', async () => {
    await create(good, 'good')
    await create({ ...good, aud: `${good.aud}/` }, 'slash')
    await TableClient.fromConnectionString(storage.connectionString, `byKey${_what}`).createTable()
  })

  test.each([
    ['for another service', { aud: 'https://servicebus.azure.net' }],
    ['of another issuer', { iss: 'https://login.example/' }],
    ['that expired', { exp: nowSeconds - 1 }],
    ['that is not yet good', { nbf: nowSeconds + 600 }],
  ])('%s is refused', async (_why, wrong) => {
    await expect(create({ ...good, ...wrong }, 'refused')).rejects.toMatchObject({ statusCode: 403 })
  })
})

test('a storage that was not asked to take tokens takes none', async () => {
  const plain = await startStorage({ tls })
  try {
    const table = new TableClient(plain.tableUrl, 'none', credential(good), {
      retryOptions: { maxRetries: 0 },
    })
    await expect(table.createTable()).rejects.toMatchObject({ statusCode: 403 })
  } finally {
    await plain.stop()
  }
})

test('tokens without TLS are a fault of the options', async () => {
  await expect(startStorage({ oauth: 'basic' })).rejects.toThrow('--oauth needs TLS')
})
