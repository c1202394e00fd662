import { typed } from '../amqp/rhea.ts'
import type { Lock } from '../entities/lock.ts'
import type { MessageStore } from '../entities/message-store.ts'
import { messageLockLost } from '../entities/service-error.ts'
import { member, type Operation } from './operation.ts'

/** @throws ServiceError when the lock does not hold any more. */
export const findLock = (store: MessageStore, token: Buffer): Lock => {
  const lock = store.locks.find(token)
  if (lock === undefined) throw messageLockLost()
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
