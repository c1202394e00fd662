import { type Typed, typed } from '../amqp/rhea.ts'
import type { MessageStore } from '../entities/message-store.ts'
import type { Message } from '../entities/message.ts'
import { messageNotFound, sessionLockLost } from '../entities/service-error.ts'
import { encodeMessage } from '../messages/encode-message.ts'
import { stampsOf } from '../messages/stamps.ts'
import type { Session } from '../sessions/session.ts'
import { type Context, member, type Operation } from './operation.ts'

/** `receiver-settle-mode`: 0 deletes what it answers, 1 locks it. */
const DELETES = 0

/** A deferred message whose time ran out is noticed when somebody asks for it, as on Azure. */
const findDeferred = (context: Context, sequence: number, sessionId: string | undefined): Message => {
  const { store } = context.destination
  const message = store.index.get(sequence)
  const known = message?.state === 'deferred' && message.lock === undefined
  if (!known || (sessionId !== undefined && message.content.sessionId !== sessionId))
    throw messageNotFound(sequence)
  if (message.expiresAt <= context.broker.clock.now()) {
    store.policy.onExpired(message)
    throw messageNotFound(sequence)
  }
  return message
}

/** The session that the client holds. @throws ServiceError when it does not. */
export const heldSession = (context: Context, sessionId: string): Session => {
  const session = context.destination.store.sessions?.get(sessionId)
  const { linkName } = context
  if (session?.holder === undefined || (linkName !== undefined && session.holder.linkName !== linkName)) {
    throw sessionLockLost(sessionId)
  }
  return session
}

const hand = (store: MessageStore, message: Message, session: Session | undefined): Typed => {
  const lock = store.locks.lock(message, session)
  return typed.map([
    [typed.string('message'), typed.binary(encodeMessage(message.content, stampsOf(message, lock)))],
    [typed.string('lock-token'), typed.uuid(lock.token)],
  ])
}

/** Gives deferred messages to a receiver that kept their sequence numbers. All, or none. */
export const receiveDeferred: Operation = (context, body) => {
  const { store } = context.destination
  const sessionId = member.optionalText(body, 'session-id')
  const session = sessionId === undefined ? undefined : heldSession(context, sessionId)
  const messages = member
    .numbers(body, 'sequence-numbers')
    .map((sequence) => findDeferred(context, sequence, sessionId))
  const deletes = member.number(body, 'receiver-settle-mode') === DELETES
  const entries = messages.map((message) => {
    context.broker.engine.bill('receive', message.content.bytes)
    if (!deletes) return hand(store, message, session)
    store.remove(message)
    const encoded = encodeMessage(message.content, stampsOf(message))
    return typed.map([[typed.string('message'), typed.binary(encoded)]])
  })
  return { status: 200, body: typed.map([[typed.string('messages'), typed.list(entries)]]) }
}
