import type { Lock } from './lock.ts'
import type { Message } from './message.ts'

/** A receiver of a store, seen from the store. */
export type Consumer = {
  /** Receive-and-delete: messages leave the store when they are handed over. */
  readonly deletes: boolean
  /** How many messages it can take now. */
  readonly room: number
  /** `lock` is absent for a consumer that deletes. */
  deliver(message: Message, lock: Lock | undefined): void
}
