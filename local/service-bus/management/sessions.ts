import { plain, typed } from '../amqp/rhea.ts'
import type { SessionTable } from '../sessions/session-table.ts'
import { MAX_MESSAGE_BYTES } from '../entities/limits.ts'
import { ServiceError } from '../entities/service-error.ts'
import { heldSession } from './deferred.ts'
import { type Context, member, type Operation } from './operation.ts'

const tableOf = ({ destination: { store } }: Context): SessionTable => {
  if (store.sessions === undefined) {
    throw new ServiceError(
      'amqp:not-allowed',
      `'${store.path}' has no sessions. Set RequiresSession when it is created.`,
    )
  }
  return store.sessions
}

export const renewSessionLock: Operation = (context, body) => {
  const until = tableOf(context).renew(heldSession(context, member.text(body, 'session-id')))
  return { status: 200, body: typed.map([[typed.string('expiration'), typed.timestamp(until)]]) }
}

/** The state is bytes, or null to clear it. */
export const setSessionState: Operation = (context, body) => {
  const session = heldSession(context, member.text(body, 'session-id'))
  const state = plain(body.get('session-state'))
  const limit = MAX_MESSAGE_BYTES[context.broker.tier]
  if (Buffer.isBuffer(state) && state.length > limit) {
    throw new ServiceError(
      'amqp:link:message-size-exceeded',
      `The session state has ${state.length} bytes; ${limit} are allowed.`,
    )
  }
  session.state = Buffer.isBuffer(state) ? Buffer.from(state) : undefined
  session.updatedAt = context.broker.clock.now()
  context.broker.engine.record({
    fact: 'session-state',
    at: context.destination.store.key,
    session: session.id,
    state: session.state?.toString('base64') ?? null,
  })
  return { status: 200 }
}

export const getSessionState: Operation = (context, body) => {
  const { state } = heldSession(context, member.text(body, 'session-id'))
  const value = state === undefined ? typed.nothing() : typed.binary(state)
  return { status: 200, body: typed.map([[typed.string('session-state'), value]]) }
}

/** `DateTime.MaxValue` of .NET: asks for the sessions that have messages. */
const END_OF_TIME_MS = 253_402_300_799_000

/** The ids of the sessions whose state or messages changed since a time, or that have messages now. */
export const listSessions: Operation = (context, body) => {
  const since = plain(body.get('last-updated-time'))
  const after = since instanceof Date ? since.getTime() : 0
  const skip = member.number(body, 'skip')
  const ids = [...tableOf(context).all()]
    .filter((session) => (after >= END_OF_TIME_MS ? session.messages > 0 : session.updatedAt >= after))
    .map((session) => session.id)
    .toSorted()
    .slice(skip, skip + member.number(body, 'top'))
  if (ids.length === 0) return { status: 204, description: 'There are no sessions.' }
  return {
    status: 200,
    body: typed.map([
      [typed.string('skip'), typed.int(skip + ids.length)],
      [typed.string('sessions-ids'), typed.list(ids.map((id) => typed.string(id)))],
    ]),
  }
}
