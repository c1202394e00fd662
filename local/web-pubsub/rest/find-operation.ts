import type { IncomingMessage } from 'node:http'
import { decodeSegment } from '../decode-segment.ts'
import type { Hub } from '../hubs/hub.ts'
import type { HubRegistry } from '../hubs/hub-registry.ts'
import { connectionRoutes } from './connections.ts'
import { tokenRoutes } from './generate-token.ts'
import { groupRoutes } from './groups.ts'
import { memberRoutes } from './list-members.ts'
import { permissionRoutes } from './permissions.ts'
import { RestError } from './rest-error.ts'
import { matchPath, type RestRoute } from './route.ts'
import { sendRoutes } from './send.ts'
import { userRoutes } from './users.ts'

const routes: readonly RestRoute[] = [
  ...sendRoutes,
  ...connectionRoutes,
  ...groupRoutes,
  ...memberRoutes,
  ...userRoutes,
  ...permissionRoutes,
  ...tokenRoutes,
]

export type Operation = { hub: Hub; route: RestRoute; params: Record<string, string> }

/**
 * The operation of a request. The path is matched as it was sent: a URL object would take dots out of it.
 * @throws RestError 404, 405, or 400 when the hub's name is none.
 */
export const findOperation = (hubs: HubRegistry, { url, method }: IncomingMessage): Operation => {
  const path = (url ?? '/').replace(/\?.*$/, '')
  const [, hubName = '', rest = ''] = /^\/api\/hubs\/([^/]+)(\/.*)$/.exec(path) ?? []
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, rest)
    return params === undefined ? [] : [{ route, params }]
  })
  const match = matches.find(({ route }) => route.method === method)
  if (match === undefined) {
    throw matches.length === 0
      ? new RestError(404, `No operation at ${path}.`)
      : new RestError(405, `${method} is not an operation of ${path}.`)
  }
  const hub = hubs.find(decodeSegment(hubName) ?? '')
  if (hub !== undefined) return { hub, ...match }
  throw new RestError(
    400,
    `'${hubName}' is not a hub name: a letter first, then letters, digits, _ \` , . [ ]`,
    'hub',
  )
}
