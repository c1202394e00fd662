import { expect, test } from 'vitest'
import { nameBatchTable, nameOperation } from './name-operation.ts'

test.each([
  ["GET /devstoreaccount1/streams(PartitionKey='a',RowKey='b')", 'table.read', 'streams'],
  ['GET /devstoreaccount1/streams()?$filter=PartitionKey%20eq%20%27a%27', 'table.list', 'streams'],
  ['GET /devstoreaccount1/streams%28PartitionKey=%27a%27,RowKey=%27b%27%29', 'table.read', 'streams'],
  ['POST /devstoreaccount1/streams', 'table.write', 'streams'],
  ["PATCH /devstoreaccount1/streams(PartitionKey='a',RowKey='b')", 'table.write', 'streams'],
  ["PUT /devstoreaccount1/streams(PartitionKey='Tables',RowKey='b')", 'table.write', 'streams'],
  ["DELETE /devstoreaccount1/streams(PartitionKey='a',RowKey='b')", 'table.delete', 'streams'],
  ['POST /devstoreaccount1/$batch', 'table.batch', undefined],
  ['POST /devstoreaccount1/Tables', 'table.write', undefined],
  ['GET /devstoreaccount1/Tables', 'table.list', undefined],
] as const)('%s of the Table service is %s of %s', (line, billed, target) => {
  const [method = '', url = ''] = line.split(' ')
  expect(nameOperation('table', method, url)).toEqual({ billed, target })
})

test.each([
  ['GET /devstoreaccount1/bodies/a/b', 'blob.read', 'bodies'],
  ['HEAD /devstoreaccount1/bodies/a', 'blob.read', 'bodies'],
  ['PUT /devstoreaccount1/bodies/a?comp=block', 'blob.write', 'bodies'],
  ['GET /devstoreaccount1/bodies?restype=container&comp=list', 'blob.list', 'bodies'],
  ['GET /devstoreaccount1/?comp=list', 'blob.list', undefined],
  ['DELETE /devstoreaccount1/bodies/a', 'blob.delete', 'bodies'],
] as const)('%s of the Blob service is %s of %s', (line, billed, target) => {
  const [method = '', url = ''] = line.split(' ')
  expect(nameOperation('blob', method, url)).toEqual({ billed, target })
})

test('the table of a batch is named by its first operation', () => {
  const body = [
    '--batch_1\r\ncontent-type: multipart/mixed; boundary=changeset_1\r\n\r\n--changeset_1\r\n',
    'content-type: application/http\r\ncontent-transfer-encoding: binary\r\n\r\n',
    'POST http://127.0.0.1:10002/devstoreaccount1/streams HTTP/1.1\r\naccept: application/json\r\n\r\n{}',
  ].join('')
  expect(nameBatchTable(body)).toBe('streams')
  expect(nameBatchTable('no batch')).toBeUndefined()
})
