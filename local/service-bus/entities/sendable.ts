import type { SendableSettings } from '../config/settings.ts'
import type { Content } from '../messages/content.ts'
import type { Arrival } from './arrival.ts'
import { checkContent } from './check-content.ts'
import { createDuplicates, type Duplicates } from './duplicates.ts'
import type { Engine } from './engine.ts'
import type { Life } from './life.ts'
import type { MessageStore } from './message-store.ts'
import { entityDisabled, messageNotFound, ServiceError } from './service-error.ts'

/** What senders see of a queue and of a topic. */
export abstract class Sendable {
  readonly path: string
  readonly life: Life
  readonly duplicates: Duplicates
  abstract settings: SendableSettings
  abstract readonly sizeInBytes: number
  /** Where scheduled messages wait. */
  abstract readonly scheduled: MessageStore
  readonly #now: () => number

  constructor({ engine, life }: { engine: Engine; life: Life }, path: string) {
    this.path = path
    this.life = life
    this.#now = engine.now
    this.duplicates = createDuplicates(engine.now, () => this.settings.duplicateDetectionWindowMs)
  }

  /** Refuses senders of an entity that is switched off. @throws ServiceError */
  checkOpen(): void {
    const { status } = this.settings
    if (status === 'Disabled' || status === 'SendDisabled') throw entityDisabled(this.path, status)
  }

  /** Refuses a message that this entity cannot take. @throws ServiceError */
  check(content: Content): void {
    checkContent(content)
    if (this.sizeInBytes >= this.settings.maxSizeInMegabytes * 1024 * 1024) {
      throw new ServiceError(
        'amqp:resource-limit-exceeded',
        `The entity '${this.path}' has reached its maximum size of ${this.settings.maxSizeInMegabytes} MB. Receive from it, or raise maxSizeInMegabytes.`,
      )
    }
  }

  /**
   * Takes a checked message: passes over a duplicate, keeps a scheduled one for its time, hands on the rest. Answers the
   * sequence number it got here; 0 for a duplicate.
   */
  accept(arrival: Arrival): number {
    const { content } = arrival
    this.life.accessedAt = this.#now()
    if (this.settings.requiresDuplicateDetection && !this.duplicates.add(content.messageId)) return 0
    const { scheduledFor } = content
    if (scheduledFor !== undefined && scheduledFor > this.#now()) return this.schedule(arrival, scheduledFor)
    return this.enqueue(arrival)
  }

  /** @throws ServiceError when there is no such scheduled message. Nothing is cancelled then. */
  cancelScheduled(sequences: readonly number[]): void {
    const messages = sequences.map((sequence) => {
      const message = this.scheduled.index.get(sequence)
      if (message?.state !== 'scheduled') throw messageNotFound(sequence)
      return message
    })
    for (const message of messages) this.scheduled.remove(message)
  }

  protected abstract enqueue(arrival: Arrival): number
  protected abstract schedule(arrival: Arrival, scheduledFor: number): number
}
