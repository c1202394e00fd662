import { allows, grant, Permission, revoke } from '../hubs/grants.ts'
import { checkGroup, connectionIdOf, connectionOf } from './parameters.ts'
import { RestError } from './rest-error.ts'
import type { RestRequest, RestRoute } from './route.ts'

const path = '/permissions/{permission}/connections/{connection}'

const permissionOf = ({ params }: RestRequest): Permission => {
  const parsed = Permission.safeParse(params['permission'])
  if (parsed.success) return parsed.data
  throw new RestError(400, `The permission must be ${Permission.options.join(' or ')}.`, 'permission')
}

/** The group that the permission is about; undefined stands for all groups. */
const targetOf = ({ url }: RestRequest): string | undefined => {
  const target = url.searchParams.get('targetName')
  return target === null ? undefined : checkGroup(target)
}

/** What a connection may do, beside the roles that it came with. */
export const permissionRoutes: RestRoute[] = [
  {
    method: 'PUT',
    path,
    answer: (request) => {
      const connection = connectionOf(request)
      connection.grants = grant(connection.grants, permissionOf(request), targetOf(request))
      return { status: 200 }
    },
  },
  {
    method: 'DELETE',
    path,
    answer: (request) => {
      const connection = request.hub.connections.get(connectionIdOf(request))
      if (connection !== undefined) {
        connection.grants = revoke(connection.grants, permissionOf(request), targetOf(request))
      }
      return { status: 204 }
    },
  },
  {
    method: 'HEAD',
    path,
    answer: (request) => {
      const connection = request.hub.connections.get(connectionIdOf(request))
      const isAllowed =
        connection !== undefined && allows(connection.grants, permissionOf(request), targetOf(request))
      return { status: isAllowed ? 200 : 404 }
    },
  },
]
