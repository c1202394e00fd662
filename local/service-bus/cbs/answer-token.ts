import { plain, type Typed, typed } from '../amqp/rhea.ts'
import type { Reply, Request } from '../messages/request.ts'
import type { Authority } from './authority.ts'
import type { Claims } from './claims.ts'
import { TokenError } from './token-error.ts'

const text = (value: Typed | undefined): string => String(plain(value) ?? '')

/** What `$cbs` answers. */
export const cbsReply = (status: number, description: string): Reply => ({
  application: new Map([
    ['status-code', typed.int(status)],
    ['status-description', typed.string(description)],
  ]),
  body: typed.nothing(),
})

/** Carries out a `put-token`: https://docs.oasis-open.org/amqp/amqp-cbs/v1.0/amqp-cbs-v1.0.html. */
export const answerToken = async (authority: Authority, claims: Claims, request: Request): Promise<Reply> => {
  const { application, body } = request
  const operation = text(application.get('operation'))
  if (operation !== 'put-token')
    return cbsReply(400, `$cbs does not know the operation '${operation}', only put-token.`)
  try {
    const claim = await authority.verify({
      type: text(application.get('type')),
      text: text(body),
      audience: text(application.get('name')),
    })
    claims.put(claim)
    return cbsReply(202, 'Accepted')
  } catch (error) {
    if (error instanceof TokenError) return cbsReply(401, `Unauthorized access. ${error.message}`)
    return cbsReply(
      400,
      `The token cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
