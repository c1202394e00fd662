import { MAX_DURATION_MS } from '../config/limits.ts'
import type { Content } from '../messages/content.ts'
import type { MessageStore } from './message-store.ts'
import type { Message } from './message.ts'

/** A message on its way into an entity. */
export type Arrival = {
  content: Content
  /** How often it was forwarded. */
  hops: number
  /** The sequence number it had where it was sent. */
  enqueuedSequence?: number
  /** Where it was dead-lettered, if it was forwarded from there. */
  deadLetterSource?: string
  /** The scheduled message that it was until now. */
  from?: { store: MessageStore; message: Message }
}

/** Hands an arrival to the entity with this name. @throws ServiceError when that does not take it. */
export type Forward = (to: string, arrival: Arrival) => void

/** When a message that comes in now expires: the shorter of its own time to live and the entity's. */
export const expiryOf = (now: number, content: Content, defaultTimeToLiveMs: number): number => {
  const ttlMs = Math.min(content.ttlMs ?? MAX_DURATION_MS, defaultTimeToLiveMs)
  return ttlMs >= MAX_DURATION_MS ? Infinity : now + ttlMs
}
