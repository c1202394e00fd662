import { PAGE_MAX_SIZE } from '../limits.ts'
import { groupOf, integerOf } from './parameters.ts'
import { RestError } from './rest-error.ts'
import type { RestRequest, RestRoute } from './route.ts'

type Member = { connectionId: string; userId?: string }

/** Pages follow the order of connection ids, so that none is left out or repeated when others come or go. */
const readToken = ({ url }: RestRequest): string => {
  const token = url.searchParams.get('continuationToken')
  if (token === null) return ''
  const last = Buffer.from(token, 'base64url').toString('utf8')
  if (Buffer.from(last).toString('base64url') === token) return last
  throw new RestError(400, 'The continuationToken is not one of this service.', 'continuationToken')
}

const linkToNext = (request: RestRequest, last: string, top: number | undefined): string => {
  const next = new URL(request.url)
  next.searchParams.set('continuationToken', Buffer.from(last).toString('base64url'))
  if (top !== undefined) next.searchParams.set('top', String(top))
  return next.href
}

export const memberRoutes: RestRoute[] = [
  {
    method: 'GET',
    path: '/groups/{group}/connections',
    answer: (request) => {
      const top = integerOf(request, 'top', { min: 1, max: Number.MAX_SAFE_INTEGER })
      const pageSize = integerOf(request, 'maxpagesize', { min: 1, max: PAGE_MAX_SIZE }) ?? PAGE_MAX_SIZE
      const size = Math.min(pageSize, top ?? Infinity)
      const after = readToken(request)
      const rest = [...request.hub.members(groupOf(request))]
        .filter(({ id }) => id > after)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const page = rest.slice(0, size)
      const value = page.map(({ identity: { id, userId } }): Member =>
        userId === null ? { connectionId: id } : { connectionId: id, userId },
      )
      const left = top === undefined ? undefined : top - size
      const last = page.at(-1)
      if (last === undefined || rest.length === page.length || left === 0)
        return { status: 200, body: { value } }
      return { status: 200, body: { value, nextLink: linkToNext(request, last.id, left) } }
    },
  },
]
