import * as z from 'zod'
import { checkGroup, connectionIdOf, connectionOf, groupOf, userOf } from './parameters.ts'
import { RestError } from './rest-error.ts'
import type { RestRequest, RestRoute } from './route.ts'
import { filterConnections } from './select-connections.ts'

const Selection = z.object({ groups: z.array(z.string()), filter: z.string().nullish() })

const readSelection = ({ body }: RestRequest): z.infer<typeof Selection> => {
  try {
    const { groups, filter } = Selection.parse(JSON.parse(body.toString('utf8')))
    return { groups: groups.map(checkGroup), filter }
  } catch (error) {
    if (error instanceof RestError) throw error
    throw new RestError(400, 'The body must be {"groups": [names], "filter": text}.', 'groups')
  }
}

/** Membership of the connections of a selection, of one connection, of a user. */
export const groupRoutes: RestRoute[] = [
  {
    method: 'HEAD',
    path: '/groups/{group}',
    answer: (request) => ({ status: request.hub.members(groupOf(request)).size > 0 ? 200 : 404 }),
  },
  {
    method: 'POST',
    path: '/:addToGroups',
    answer: (request) => {
      const { groups, filter } = readSelection(request)
      for (const connection of filterConnections(request.hub.connections.values(), filter)) {
        for (const group of groups) request.hub.join(connection, group)
      }
      return { status: 200 }
    },
  },
  {
    method: 'POST',
    path: '/:removeFromGroups',
    answer: (request) => {
      const { groups, filter } = readSelection(request)
      for (const connection of filterConnections(request.hub.connections.values(), filter)) {
        for (const group of groups) request.hub.leave(connection, group)
      }
      return { status: 200 }
    },
  },
  {
    method: 'PUT',
    path: '/groups/{group}/connections/{connection}',
    answer: (request) => {
      request.hub.join(connectionOf(request), groupOf(request))
      return { status: 200 }
    },
  },
  {
    method: 'DELETE',
    path: '/groups/{group}/connections/{connection}',
    answer: (request) => {
      const connection = request.hub.connections.get(connectionIdOf(request))
      if (connection !== undefined) request.hub.leave(connection, groupOf(request))
      return { status: 204 }
    },
  },
  {
    method: 'DELETE',
    path: '/connections/{connection}/groups',
    answer: (request) => {
      const connection = request.hub.connections.get(connectionIdOf(request))
      if (connection !== undefined) request.hub.leaveAll(connection)
      return { status: 204 }
    },
  },
  {
    method: 'PUT',
    path: '/users/{user}/groups/{group}',
    answer: (request) => {
      const group = groupOf(request)
      for (const connection of request.hub.connectionsOf(userOf(request))) request.hub.join(connection, group)
      return { status: 200 }
    },
  },
  {
    method: 'DELETE',
    path: '/users/{user}/groups/{group}',
    answer: (request) => {
      const group = groupOf(request)
      for (const connection of request.hub.connectionsOf(userOf(request)))
        request.hub.leave(connection, group)
      return { status: 204 }
    },
  },
  {
    method: 'DELETE',
    path: '/users/{user}/groups',
    answer: (request) => {
      for (const connection of request.hub.connectionsOf(userOf(request))) request.hub.leaveAll(connection)
      return { status: 204 }
    },
  },
]
