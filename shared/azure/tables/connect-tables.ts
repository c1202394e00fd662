import { TableClient, type TableServiceClientOptions } from '@azure/data-tables'
import type { StorageConnection } from '../../kernel/config/connections.ts'
import { openCredential } from '../credential.ts'
import { openTable, type Table } from './open-table.ts'

/** No retries in the SDK: its first pause is a second. Callers that can wait retry themselves. */
const OPTIONS: TableServiceClientOptions = { retryOptions: { maxRetries: 0 } }

const connect = async (connection: StorageConnection, name: string): Promise<TableClient> => {
  if ('connectionString' in connection) {
    const allowInsecureConnection =
      /(DefaultEndpointsProtocol=http;|TableEndpoint=http:|UseDevelopmentStorage)/i.test(
        connection.connectionString,
      )
    return TableClient.fromConnectionString(connection.connectionString, name, {
      ...OPTIONS,
      allowInsecureConnection,
    })
  }
  return new TableClient(connection.tableEndpoint, name, await openCredential(connection.clientId), OPTIONS)
}

/** Opens one table of a storage account. The client is made at the first operation. */
export const connectTable = (connection: StorageConnection, name: string): Table => {
  let opening: Promise<Table> | undefined
  const open = (): Promise<Table> => (opening ??= connect(connection, name).then(openTable))
  return {
    get: async (...key) => (await open()).get(...key),
    query: async (...query) => (await open()).query(...query),
    transact: async (actions) => (await open()).transact(actions),
    put: async (row) => (await open()).put(row),
    replace: async (...change) => (await open()).replace(...change),
    insert: async (row) => (await open()).insert(row),
    remove: async (...key) => (await open()).remove(...key),
  }
}
