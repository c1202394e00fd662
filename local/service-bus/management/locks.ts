import { typed } from '../amqp/rhea.ts'
import type { Lock } from '../entities/lock.ts'
import type { MessageStore } from '../entities/message-store.ts'
import { messageLockLost, sessionLockLost } from '../entities/service-error.ts'
import { member, type Operation } from './operation.ts'

/** The lock of a message, or of a message of a session. @throws ServiceError when it does not hold any more. */
export const findLock = (store: MessageStore, token: Buffer, sessionId?: string): Lock => {
  const lock = store.locks.find(token)
  if (lock === undefined) throw sessionId === undefined ? messageLockLost() : sessionLockLost(sessionId)
  return lock
}

/** Extends message locks by the lock duration of the entity. */
export const renewLocks: Operation = ({ destination: { store } }, body) => {
  const locks = member.tokens(body, 'lock-tokens').map((token) => findLock(store, token))
  const until = locks.map((lock) =>
    lock.session === undefined
      ? store.locks.renew(lock)
      : (store.sessions?.renew(lock.session) ?? lock.until),
  )
  return { status: 200, body: typed.map([[typed.string('expirations'), typed.timestamps(until)]]) }
}
