import { compileFilter } from '../filters/compile-filter.ts'
import { FilterError } from '../filters/filter-error.ts'
import type { FilterSubject } from '../filters/term.ts'
import type { Connection } from '../hubs/connection.ts'
import { RestError } from './rest-error.ts'
import type { RestRequest } from './route.ts'

const nowhere: ReadonlySet<string> = new Set()

const subjectOf = ({ identity, groups }: Connection): FilterSubject => ({
  userId: identity.userId,
  connectionId: identity.id,
  groups: groups ?? nowhere,
  protocol: identity.subprotocol ?? '',
})

/**
 * The connections that match an OData filter; all without one.
 * @throws RestError 400 when the filter is wrong.
 */
export const filterConnections = (
  connections: Iterable<Connection>,
  filter: string | null | undefined,
): Iterable<Connection> => {
  if (filter === null || filter === undefined || filter.trim() === '') return connections
  try {
    const matches = compileFilter(filter)
    return Iterator.from(connections).filter((connection) => matches(subjectOf(connection)))
  } catch (error) {
    throw error instanceof FilterError
      ? new RestError(400, `Invalid filter: ${error.message}.`, 'filter')
      : error
  }
}

/** The connections that the query lets through: without those `excluded`, only those that match `filter`. */
export const selectConnections = (
  { url }: RestRequest,
  connections: Iterable<Connection>,
): Iterable<Connection> => {
  const excluded = new Set(url.searchParams.getAll('excluded'))
  const filtered = filterConnections(connections, url.searchParams.get('filter'))
  return excluded.size === 0 ? filtered : Iterator.from(filtered).filter(({ id }) => !excluded.has(id))
}
