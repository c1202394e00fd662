import type { Connection } from '../hubs/connection.ts'
import { connectionIdOf, groupOf, userOf } from './parameters.ts'
import type { RestReply, RestRequest, RestRoute } from './route.ts'
import { selectConnections } from './select-connections.ts'

const close = (request: RestRequest, connections: Iterable<Connection>): RestReply => {
  const reason = request.url.searchParams.get('reason') ?? ''
  for (const connection of selectConnections(request, connections)) {
    request.hub.end(connection, { code: 1000, reason })
  }
  return { status: 204 }
}

/** Looking for and closing connections. */
export const connectionRoutes: RestRoute[] = [
  {
    method: 'HEAD',
    path: '/connections/{connection}',
    answer: (request) => ({ status: request.hub.connections.has(connectionIdOf(request)) ? 200 : 404 }),
  },
  {
    method: 'DELETE',
    path: '/connections/{connection}',
    answer: (request) => {
      const connection = request.hub.connections.get(connectionIdOf(request))
      return close(request, connection === undefined ? [] : [connection])
    },
  },
  {
    method: 'POST',
    path: '/:closeConnections',
    answer: (request) => close(request, request.hub.connections.values()),
  },
  {
    method: 'POST',
    path: '/groups/{group}/:closeConnections',
    answer: (request) => close(request, request.hub.members(groupOf(request))),
  },
  {
    method: 'POST',
    path: '/users/{user}/:closeConnections',
    answer: (request) => close(request, request.hub.connectionsOf(userOf(request))),
  },
]
