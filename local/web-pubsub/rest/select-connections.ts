import type { Connection } from '../hubs/connection.ts'
import type { RestRequest } from './route.ts'

/** The connections that the query lets through: without those `excluded`, only those that match `filter`. */
export const selectConnections = (
  { url }: RestRequest,
  connections: Iterable<Connection>,
): Iterable<Connection> => {
  const excluded = new Set(url.searchParams.getAll('excluded'))
  if (excluded.size === 0) return connections
  return Iterator.from(connections).filter(({ id }) => !excluded.has(id))
}
