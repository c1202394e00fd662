import type { Lock } from '../entities/lock.ts'
import type { Message } from '../entities/message.ts'
import type { Stamps } from './encode-message.ts'

/** What a client sees of a message beside its content. */
export const stampsOf = (message: Message, lock?: Lock): Stamps => ({
  sequence: message.sequence,
  enqueuedSequence: message.enqueuedSequence,
  enqueuedAt: message.enqueuedAt,
  deliveryCount: message.deliveryCount,
  state: message.state,
  ttlMs: message.expiresAt === Infinity ? message.content.ttlMs : message.expiresAt - message.enqueuedAt,
  deadLetterSource: message.deadLetterSource,
  ...(lock !== undefined && { lockedUntil: lock.until }),
})
