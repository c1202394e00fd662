import { TableServiceClient } from '@azure/data-tables'

/**
 * Deletes all tables; whoever writes makes them again. Azurite writes all it holds to disk every five seconds, so that
 * what one measurement leaves would slow down the next.
 */
export const emptyTables = async (connectionString: string): Promise<void> => {
  const service = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true })
  for await (const { name } of service.listTables()) if (name !== undefined) await service.deleteTable(name)
}
