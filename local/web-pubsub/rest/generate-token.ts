import { integerOf } from './parameters.ts'
import { RestError } from './rest-error.ts'
import type { RestRoute } from './route.ts'

const DEFAULT_MINUTES = 60
const MAX_MINUTES = 2_147_483_647

/** Signs a client token, for callers that have no access key. */
export const tokenRoutes: RestRoute[] = [
  {
    method: 'POST',
    path: '/:generateToken',
    answer: async (request) => {
      const { context, hub, url } = request
      const clientType = url.searchParams.get('clientType') ?? 'Default'
      if (clientType.toLowerCase() !== 'default') {
        throw new RestError(
          400,
          `clientType ${clientType} is not part of the local service, only Default.`,
          'clientType',
        )
      }
      const token = await context.signer.signClientToken({
        audience: `${url.origin}/client/hubs/${hub.name}`,
        userId: url.searchParams.get('userId') ?? undefined,
        roles: url.searchParams.getAll('role'),
        groups: url.searchParams.getAll('group'),
        minutesToExpire:
          integerOf(request, 'minutesToExpire', { min: 1, max: MAX_MINUTES }) ?? DEFAULT_MINUTES,
      })
      return { status: 200, body: { token } }
    },
  },
]
