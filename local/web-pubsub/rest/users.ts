import { userOf } from './parameters.ts'
import type { RestRoute } from './route.ts'

export const userRoutes: RestRoute[] = [
  {
    method: 'HEAD',
    path: '/users/{user}',
    answer: (request) => ({ status: request.hub.connectionsOf(userOf(request)).size > 0 ? 200 : 404 }),
  },
]
