import type { Session } from '../sessions/session.ts'
import type { Engine } from './engine.ts'
import { createLock, type Lock } from './lock.ts'
import type { Message } from './message.ts'

/** The message locks of a store. */
export type LockTable = {
  /** Locks a message for as long as the session is locked, or for the lock duration. */
  lock(message: Message, session?: Session): Lock
  /** The lock with this token, if it still holds. */
  find(token: Buffer): Lock | undefined
  /** Answers until when it holds now, in milliseconds since the epoch. */
  renew(lock: Lock): number
  unlock(lock: Lock): void
}

export type LockTableOptions = { engine: Engine; lockDurationMs(): number; onExpired(lock: Lock): void }

export const createLockTable = ({ engine, lockDurationMs, onExpired }: LockTableOptions): LockTable => {
  const locks = new Map<string, Lock>()

  const start = (lock: Lock): number => {
    lock.timer?.cancel()
    lock.timer = engine.deadlines.at(lock.until, () => onExpired(lock))
    return lock.until
  }

  return {
    lock: (message, session) => {
      const lock = createLock(message, session?.lockedUntil ?? engine.now() + lockDurationMs(), session)
      message.lock = lock
      locks.set(lock.token.toString('latin1'), lock)
      if (session === undefined) start(lock)
      else session.locked.add(lock)
      return lock
    },
    find: (token) => locks.get(token.toString('latin1')),
    renew: (lock) => {
      lock.until = engine.now() + lockDurationMs()
      return start(lock)
    },
    unlock: (lock) => {
      if (!lock.live) return
      lock.live = false
      lock.timer?.cancel()
      lock.session?.locked.delete(lock)
      lock.message.lock = undefined
      locks.delete(lock.token.toString('latin1'))
    },
  }
}
