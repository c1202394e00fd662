import type { Content } from '../messages/content.ts'
import type { Deadline } from './deadlines.ts'
import type { Lock } from './lock.ts'

export type MessageState = 'active' | 'deferred' | 'scheduled'

/** A message in a store. Times are milliseconds since the epoch. */
export type Message = {
  content: Content
  readonly sequence: number
  /** The number it had where it was sent, if that was another entity or it was scheduled; else 0, as on Azure. */
  readonly enqueuedSequence: number
  readonly enqueuedAt: number
  /** Infinity: never. */
  readonly expiresAt: number
  /** When a scheduled message becomes active. */
  readonly scheduledFor: number | undefined
  /** Path of the entity where it was dead-lettered. */
  readonly deadLetterSource: string | undefined
  /** How often it was forwarded. */
  readonly hops: number
  /** Failed deliveries so far. */
  deliveryCount: number
  state: MessageState
  lock: Lock | undefined
  /** It left its store. */
  gone: boolean
  expiry: Deadline | undefined
}

export type MessageFields = Pick<Message, 'content' | 'sequence' | 'enqueuedAt'> &
  Partial<Omit<Message, 'content' | 'sequence' | 'enqueuedAt' | 'lock' | 'gone' | 'expiry'>>

export const createMessage = (fields: MessageFields): Message => ({
  enqueuedSequence: 0,
  expiresAt: Infinity,
  scheduledFor: undefined,
  deadLetterSource: undefined,
  hops: 0,
  deliveryCount: 0,
  state: 'active',
  ...fields,
  lock: undefined,
  gone: false,
  expiry: undefined,
})
