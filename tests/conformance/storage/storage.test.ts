import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TableClient, type TransactionAction } from '@azure/data-tables'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../../local/service/faults.ts'
import { startStorage, type RunningStorage } from '../../../local/storage/start-storage.ts'

let storage: RunningStorage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

const noRetry = { retryOptions: { maxRetries: 0 }, allowInsecureConnection: true }

const openTable = async (name: string, running = storage): Promise<TableClient> => {
  const table = TableClient.fromConnectionString(running.connectionString, name, noRetry)
  await table.createTable()
  return table
}

const addFault = async (fault: Fault): Promise<number> => {
  const response = await fetch(new URL('/__local/faults', storage.tableUrl), {
    method: 'POST',
    body: JSON.stringify(fault),
  })
  const { id } = (await response.json()) as { id: number }
  return id
}

const rowKeys = async (table: TableClient): Promise<string[]> => {
  const keys: string[] = []
  for await (const { rowKey = '' } of table.listEntities()) keys.push(rowKey)
  return keys
}

const create = (rowKey: string): TransactionAction => ['create', { partitionKey: 'p', rowKey, text: 'x' }]

test('an entity written by the SDK is read back, with keys that need escaping', async () => {
  const table = await openTable('keys')
  for (const rowKey of ["it's", 'a b', 'ü%25', 'a+b&c=d']) {
    await table.createEntity({ partitionKey: 'p', rowKey, value: rowKey })
    expect((await table.getEntity('p', rowKey))['value']).toBe(rowKey)
  }
})

test('a transaction is all or nothing and is billed as one operation', async () => {
  const table = await openTable('batches')
  storage.meter.reset()
  await table.submitTransaction([create('1'), create('2'), create('3')])
  await expect(table.submitTransaction([create('4'), create('1')])).rejects.toMatchObject({ statusCode: 409 })
  expect(storage.meter.read()).toEqual({ operations: { 'table.batch': 2 }, total: 2 })
  expect(await rowKeys(table)).toEqual(['1', '2', '3'])
})

test('an update with an outdated ETag is refused', async () => {
  const table = await openTable('etags')
  const { etag = '' } = await table.createEntity({ partitionKey: 'p', rowKey: 'r', n: 1 })
  await table.updateEntity({ partitionKey: 'p', rowKey: 'r', n: 2 }, 'Replace', { etag })
  await expect(
    table.updateEntity({ partitionKey: 'p', rowKey: 'r', n: 3 }, 'Replace', { etag }),
  ).rejects.toMatchObject({ statusCode: 412 })
})

test('a blob of several blocks is written and read back', async () => {
  const blobs = BlobServiceClient.fromConnectionString(storage.connectionString)
  const container = blobs.getContainerClient('bodies')
  await container.create()
  const body = Buffer.alloc(3 * 1024 * 1024, 'a')
  const blob = container.getBlockBlobClient('folder/a b.bin')
  await blob.uploadData(body, { blockSize: 1024 * 1024, maxSingleShotSize: 1024 })
  expect((await blob.downloadToBuffer()).equals(body)).toBe(true)
})

test('a wrong account key is refused by both services', async () => {
  const wrong = storage.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=d3Jvbmc=')
  const table = TableClient.fromConnectionString(wrong, 'denied', noRetry)
  await expect(table.createTable()).rejects.toMatchObject({ statusCode: 403 })
  const blobs = BlobServiceClient.fromConnectionString(wrong)
  await expect(blobs.getContainerClient('denied').create()).rejects.toMatchObject({ statusCode: 403 })
})

test('reads, lists, writes and deletes are counted apart, and the meter is read and reset over HTTP', async () => {
  const table = await openTable('metered')
  const meterUrl = new URL('/__local/meter', storage.blobUrl)
  await fetch(meterUrl, { method: 'DELETE' })
  await table.createEntity({ partitionKey: 'p', rowKey: 'r' })
  await table.getEntity('p', 'r')
  await rowKeys(table)
  await table.deleteEntity('p', 'r')
  expect(await (await fetch(meterUrl)).json()).toEqual({
    operations: { 'table.delete': 1, 'table.list': 1, 'table.read': 1, 'table.write': 1 },
    total: 4,
  })
})

test('an unavailable table service answers 503 ServerBusy and the SDK succeeds by retrying', async () => {
  await openTable('busy')
  const patient = TableClient.fromConnectionString(storage.connectionString, 'busy', {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 1 },
  })
  const impatient = TableClient.fromConnectionString(storage.connectionString, 'busy', noRetry)
  await addFault({ operation: 'table', target: 'busy', action: 'unavailable', count: 3 })
  await expect(impatient.createEntity({ partitionKey: 'p', rowKey: 'r' })).rejects.toMatchObject({
    statusCode: 503,
    details: { odataError: { code: 'ServerBusy' } },
  })
  await patient.createEntity({ partitionKey: 'p', rowKey: 'r' })
  expect((await patient.getEntity('p', 'r')).rowKey).toBe('r')
})

test('a fault on one table hits its transactions and leaves other tables alone', async () => {
  const [hit, spared] = [await openTable('hit'), await openTable('spared')]
  const id = await addFault({ operation: 'table', target: 'hit', action: 'refuse' })
  await expect(hit.submitTransaction([create('1')])).rejects.toMatchObject({ statusCode: 403 })
  await spared.submitTransaction([create('1')])
  await fetch(new URL(`/__local/faults?id=${id}`, storage.tableUrl), { method: 'DELETE' })
  await hit.submitTransaction([create('1')])
})

test('a dropped operation did not happen; a dropped answer did', async () => {
  const table = await openTable('drops')
  await addFault({ operation: 'table', target: 'drops', action: 'drop', count: 1 })
  await expect(table.submitTransaction([create('before')])).rejects.toMatchObject({ code: 'ECONNRESET' })
  await addFault({ operation: 'table.answer', target: 'drops', action: 'drop', count: 1 })
  await expect(table.submitTransaction([create('after')])).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(await rowKeys(table)).toEqual(['after'])
})

test('a held operation waits until the fault is removed', async () => {
  const table = await openTable('holds')
  const id = await addFault({ operation: 'table', target: 'holds', action: 'hold' })
  const order: string[] = []
  const held = table.createEntity({ partitionKey: 'p', rowKey: 'r' }).then(() => order.push('stored'))
  const other = await openTable('free')
  await other.createEntity({ partitionKey: 'p', rowKey: 'r' })
  order.push('released')
  storage.faults.remove(id)
  await held
  expect(order).toEqual(['released', 'stored'])
})

test('a held answer comes when the fault is removed; the work was done before', async () => {
  const table = await openTable('late')
  const id = await addFault({ operation: 'table.answer', target: 'late', action: 'hold', count: 1 })
  const order: string[] = []
  const held = table.submitTransaction([create('row')]).then(({ status }) => order.push(`answered ${status}`))
  while (storage.faults.list().length > 0) await new Promise(setImmediate)
  while (!(await rowKeys(table)).includes('row')) await new Promise(setImmediate)
  order.push('stored')
  storage.faults.remove(id)
  await held
  expect(order).toEqual(['stored', 'answered 202'])
})

test('data outlives a stop when it has a folder', async () => {
  const data = mkdtempSync(join(tmpdir(), 'storage-'))
  try {
    const first = await startStorage({ data })
    const table = await openTable('kept', first)
    await table.createEntity({ partitionKey: 'p', rowKey: 'r', text: 'kept' })
    const container = BlobServiceClient.fromConnectionString(first.connectionString).getContainerClient(
      'kept',
    )
    await container.create()
    await container.getBlockBlobClient('b').upload('kept', 4)
    await first.stop()

    const second = await startStorage({ data })
    const again = TableClient.fromConnectionString(second.connectionString, 'kept', noRetry)
    expect((await again.getEntity('p', 'r'))['text']).toBe('kept')
    const blobs = BlobServiceClient.fromConnectionString(second.connectionString)
    expect(String(await blobs.getContainerClient('kept').getBlobClient('b').downloadToBuffer())).toBe('kept')
    await second.stop()
  } finally {
    rmSync(data, { recursive: true })
  }
})

/** A request as no HTTP client would send it. */
const sendRaw = async (head: string): Promise<Socket> => {
  const socket = connect(Number(storage.ready['tablePort']), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${head}\r\nHost: x\r\n\r\n`)
  return socket
}

test('a path that cannot be decoded is answered with an error, and the service goes on', async () => {
  for (const path of ['/devstoreaccount1/%zz', '//', '/%']) {
    const socket = await sendRaw(`GET ${path} HTTP/1.1\r\nConnection: close`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1.1 [45]/)
  }
  expect(await rowKeys(await openTable('survives'))).toEqual([])
})

test('a client that breaks off inside a batch does not end the service', async () => {
  const id = await addFault({ operation: 'table', target: 'other', action: 'refuse' })
  const begin = 'POST /devstoreaccount1/$batch HTTP/1.1\r\nContent-Length: 100\r\nExpect: 100-continue'
  const socket = await sendRaw(begin)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString('latin1')).toContain('100 Continue')
  socket.destroy()
  expect(await rowKeys(await openTable('brokenOff'))).toEqual([])
  storage.faults.remove(id)
})

test('a taken port is one clear line that names the option', async () => {
  const taken = Number(storage.ready['blobPort'])
  await expect(startStorage({ blobPort: taken })).rejects.toThrow(
    `port ${taken} is taken. Stop the program that holds it, or choose another port with --blob-port.`,
  )
})
