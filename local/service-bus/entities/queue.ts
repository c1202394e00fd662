import type { QueueSettings } from '../config/settings.ts'
import type { Arrival, Forward } from './arrival.ts'
import type { Engine } from './engine.ts'
import type { Life } from './life.ts'
import { createMessage } from './message.ts'
import { Receivable } from './receivable.ts'
import { Sendable } from './sendable.ts'
import { ServiceError } from './service-error.ts'

/** A queue: what senders see of it here, what receivers see in `receivable`. */
export class Queue extends Sendable {
  readonly kind = 'queue'
  readonly receivable: Receivable
  settings: QueueSettings
  readonly #engine: Engine

  constructor(options: { engine: Engine; life: Life; settings: QueueSettings; forward: Forward }) {
    super(options, options.settings.name)
    this.#engine = options.engine
    this.settings = options.settings
    this.receivable = new Receivable({
      engine: options.engine,
      path: options.settings.name,
      settings: () => this.settings,
      forward: options.forward,
    })
  }

  get sizeInBytes(): number {
    return this.receivable.stores.reduce((sum, store) => sum + store.sizeInBytes, 0)
  }

  get scheduled() {
    return this.receivable.main
  }

  override check(content: Arrival['content']): void {
    super.check(content)
    if (this.settings.requiresSession && content.sessionId === undefined) {
      throw new ServiceError(
        'amqp:not-allowed',
        `The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session support enabled can only receive messages that have the SessionId set to a valid value. Entity: '${this.path}'.`,
      )
    }
  }

  protected override enqueue(arrival: Arrival): number {
    this.receivable.enqueue(arrival)
    return this.receivable.sequence
  }

  protected override schedule(arrival: Arrival, scheduledFor: number): number {
    this.receivable.sequence++
    const { sequence } = this.receivable
    const { content, hops } = arrival
    const enqueuedAt = this.#engine.now()
    this.scheduled.put(
      createMessage({ content, hops, sequence, enqueuedAt, state: 'scheduled', scheduledFor }),
    )
    return sequence
  }
}
