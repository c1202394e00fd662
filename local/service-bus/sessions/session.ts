import type { Consumer } from '../entities/consumer.ts'
import type { Deadline } from '../entities/deadlines.ts'
import type { Lock } from '../entities/lock.ts'
import { createReadyQueue, type ReadyQueue } from '../entities/ready-queue.ts'

/** The receiver that holds a session. */
export type SessionHolder = Consumer & {
  readonly linkName: string
  /** The lock expired, or the session went away. */
  onLockLost(): void
}

/** The messages of one session id, their one holder, and the state that outlives both. */
export type Session = {
  readonly id: string
  readonly ready: ReadyQueue
  readonly locked: Set<Lock>
  /** How many messages there are in any state. */
  messages: number
  state: Buffer | undefined
  /** When messages or state last changed, in milliseconds since the epoch. */
  updatedAt: number
  holder: SessionHolder | undefined
  lockedUntil: number
  timer: Deadline | undefined
}

export const createSession = (id: string): Session => ({
  id,
  ready: createReadyQueue(),
  locked: new Set(),
  messages: 0,
  state: undefined,
  updatedAt: 0,
  holder: undefined,
  lockedUntil: 0,
  timer: undefined,
})
