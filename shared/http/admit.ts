import type { Access } from '../access/access.ts'
import { type Caller, publicCaller } from '../access/caller.ts'
import { fillScope } from '../access/scopes.ts'

/** What a route asks of its callers. `ticketFor` names the parameter with the stream that a `?ticket=` may open. */
export type Admission = { scope: string; ticketFor?: string | undefined }

type Asked = {
  /** As it came, percent-encoded. */
  path: string
  params: Readonly<Record<string, string>>
  headers: Headers
  query: URLSearchParams
}

/** Everything below has the scope `admin` over it, whatever the route says. */
const ADMIN = /^\/*v1\/+admin(\/|$)/i

/**
 * Lets a caller in, or not.
 * @throws GatewayError 401, 403, or 503 while the gateway has no key.
 */
export const admit = async (access: Access, admission: Admission, asked: Asked): Promise<Caller> => {
  const isAdmin = ADMIN.test(decodeURIComponent(asked.path))
  const scopes = new Set([
    ...(admission.scope === 'public' ? [] : [fillScope(admission.scope, asked.params)]),
    ...(isAdmin ? ['admin'] : []),
  ])
  if (scopes.size === 0) return publicCaller
  const ticket = admission.ticketFor === undefined ? null : asked.query.get('ticket')
  const stream = asked.params[admission.ticketFor ?? '']
  const caller = await access.identify({
    authorization: asked.headers.get('authorization'),
    ticket: ticket === null || stream === undefined ? undefined : { value: ticket, stream },
  })
  if (caller.kind !== 'ticket' || isAdmin) access.authorize(caller, [...scopes])
  return caller
}
