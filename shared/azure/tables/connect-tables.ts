import { TableClient, type TableServiceClientOptions } from '@azure/data-tables'
import type { StorageConnection } from '../../kernel/config/connections.ts'
import { openCredential } from '../credential.ts'
import { openTable, type Table } from './open-table.ts'

/** Milliseconds for one request: the service itself gives up after 30 s (Table Storage, timeouts). */
const ATTEMPT_MS = 30_000

/** No retries in the SDK: its first pause is a second. Callers that can wait retry themselves. */
const optionsOf = (attemptMs: number): TableServiceClientOptions => ({
  retryOptions: { maxRetries: 0 },
  additionalPolicies: [
    {
      position: 'perCall',
      policy: {
        name: 'attempt-timeout',
        sendRequest: (request, next) => {
          request.timeout = attemptMs
          return next(request)
        },
      },
    },
  ],
})

const connect = async (
  connection: StorageConnection,
  name: string,
  options: TableServiceClientOptions,
): Promise<TableClient> => {
  if ('connectionString' in connection) {
    const allowInsecureConnection =
      /(DefaultEndpointsProtocol=http;|TableEndpoint=http:|UseDevelopmentStorage)/i.test(
        connection.connectionString,
      )
    return TableClient.fromConnectionString(connection.connectionString, name, {
      ...options,
      allowInsecureConnection,
    })
  }
  return new TableClient(connection.tableEndpoint, name, await openCredential(connection.identity), options)
}

/** Opens one table of a storage account. The client is made at the first operation. */
export const connectTable = (
  connection: StorageConnection,
  name: string,
  { attemptMs = ATTEMPT_MS }: { attemptMs?: number } = {},
): Table => {
  let opening: Promise<Table> | undefined
  const open = (): Promise<Table> =>
    (opening ??= connect(connection, name, optionsOf(attemptMs)).then(openTable))
  return {
    get: async (...key) => (await open()).get(...key),
    query: async (...query) => (await open()).query(...query),
    transact: async (actions) => (await open()).transact(actions),
    put: async (row) => (await open()).put(row),
    replace: async (...change) => (await open()).replace(...change),
    merge: async (...change) => (await open()).merge(...change),
    insert: async (row) => (await open()).insert(row),
    remove: async (...key) => (await open()).remove(...key),
  }
}
