import { MAX_DURATION_MS } from '../config/limits.ts'
import type { TopicSettings } from '../config/settings.ts'
import { createRuleMessage } from '../messages/rule-message.ts'
import type { Arrival } from './arrival.ts'
import type { Engine } from './engine.ts'
import type { Life } from './life.ts'
import { MessageStore } from './message-store.ts'
import { createMessage, type Message } from './message.ts'
import { Sendable } from './sendable.ts'
import type { Subscription } from './subscription.ts'

/** A topic: takes messages, keeps scheduled ones, gives copies of the others to its subscriptions. */
export class Topic extends Sendable {
  readonly kind = 'topic'
  settings: TopicSettings
  /** By name in lower case. */
  readonly subscriptions = new Map<string, Subscription>()
  readonly scheduled: MessageStore
  /** The last sequence number given. */
  sequence = 0
  readonly #engine: Engine

  constructor(options: { engine: Engine; life: Life; settings: TopicSettings }) {
    super(options, options.settings.name)
    this.#engine = options.engine
    this.settings = options.settings
    this.scheduled = new MessageStore({
      engine: options.engine,
      path: options.settings.name,
      policy: {
        lockDurationMs: () => 0,
        maxDeliveryCount: () => Infinity,
        requiresSession: false,
        onDue: (message) => this.#onDue(message),
        onExpired: () => undefined,
        onDeadLetter: () => undefined,
      },
    })
  }

  get sizeInBytes(): number {
    const stores = [...this.subscriptions.values()].flatMap(({ receivable }) => receivable.stores)
    return stores.reduce((sum, store) => sum + store.sizeInBytes, this.scheduled.sizeInBytes)
  }

  protected override enqueue(arrival: Arrival): number {
    this.sequence++
    const stamps = { enqueuedAt: this.#engine.now(), sequence: this.sequence }
    const content = this.#withTimeToLive(arrival)
    const message = createRuleMessage(content, stamps)
    const copy = { ...arrival, content, enqueuedSequence: arrival.enqueuedSequence ?? this.sequence }
    for (const subscription of this.subscriptions.values()) subscription.offer(copy, message)
    return stamps.sequence
  }

  protected override schedule(arrival: Arrival, scheduledFor: number): number {
    this.sequence++
    const { content, hops } = arrival
    const fields = { content, hops, sequence: this.sequence, enqueuedAt: this.#engine.now() }
    this.scheduled.put(createMessage({ ...fields, state: 'scheduled', scheduledFor }))
    return this.sequence
  }

  #onDue(message: Message): void {
    this.enqueue({ content: message.content, hops: message.hops, enqueuedSequence: message.sequence })
    this.scheduled.remove(message)
  }

  /** The topic's own limit holds for all its subscriptions. */
  #withTimeToLive({ content }: Arrival) {
    const { defaultTimeToLiveMs } = this.settings
    if (defaultTimeToLiveMs >= (content.ttlMs ?? MAX_DURATION_MS)) return content
    return { ...content, ttlMs: defaultTimeToLiveMs }
  }
}
