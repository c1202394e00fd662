import type { ReceivableSettings } from '../config/settings.ts'
import { type Arrival, expiryOf, type Forward } from './arrival.ts'
import { type DeadLetterCause, withReason } from './dead-letter.ts'
import type { Engine } from './engine.ts'
import { MAX_FORWARD_HOPS } from './limits.ts'
import { MessageStore } from './message-store.ts'
import { createMessage, type Message } from './message.ts'
import { ServiceError } from './service-error.ts'

export type ReceivableOptions = {
  engine: Engine
  path: string
  /** The settings as they are now. */
  settings(): ReceivableSettings
  forward: Forward
}

/** The part of a queue and of a subscription that receivers see: its messages and its dead letters of both kinds. */
export class Receivable {
  readonly path: string
  readonly main: MessageStore
  readonly deadLetters: MessageStore
  /** Messages that could not be forwarded. */
  readonly transferDeadLetters: MessageStore
  /** The last sequence number given. */
  sequence = 0
  readonly #options: ReceivableOptions

  constructor(options: ReceivableOptions) {
    this.path = options.path
    this.#options = options
    this.main = new MessageStore({
      engine: options.engine,
      path: options.path,
      policy: {
        lockDurationMs: () => this.settings.lockDurationMs,
        maxDeliveryCount: () => this.settings.maxDeliveryCount,
        requiresSession: this.settings.requiresSession,
        onDue: (message) => this.#onDue(message),
        onExpired: (message) => this.onExpired(message),
        onDeadLetter: (message, cause) => this.#deadLetter(message, cause),
      },
    })
    this.deadLetters = this.#deadLetterStore('$DeadLetterQueue')
    this.transferDeadLetters = this.#deadLetterStore('$Transfer/$DeadLetterQueue')
  }

  get settings(): ReceivableSettings {
    return this.#options.settings()
  }

  get stores(): MessageStore[] {
    return [this.main, this.deadLetters, this.transferDeadLetters]
  }

  /** Puts an arrival where it belongs: into the store, on to the entity it is forwarded to, or to the dead letters. */
  enqueue(arrival: Arrival): void {
    const { requiresSession, forwardTo, defaultTimeToLiveMs } = this.settings
    if (requiresSession && arrival.content.sessionId === undefined) {
      this.bury(arrival, { kind: 'session-id-missing' })
    } else if (forwardTo !== undefined) {
      this.#forwardOn(arrival, forwardTo)
    } else {
      const now = this.#options.engine.now()
      const expiresAt = expiryOf(now, arrival.content, defaultTimeToLiveMs)
      this.main.put(createMessage({ ...this.#fieldsOf(arrival), enqueuedAt: now, expiresAt }), arrival.from)
    }
  }

  /** Takes an arrival straight into the dead letters. */
  bury(arrival: Arrival, cause: DeadLetterCause, store = this.deadLetters): void {
    const content = withReason(arrival.content, cause)
    store.put(createMessage({ ...this.#fieldsOf(arrival), content }), arrival.from)
  }

  /** A message lived its time. */
  onExpired(message: Message): void {
    if (this.settings.deadLetterOnExpiration) this.#deadLetter(message, { kind: 'expired' })
    else this.main.remove(message)
  }

  #fieldsOf({ content, hops, enqueuedSequence, deadLetterSource }: Arrival) {
    this.sequence++
    return {
      content,
      hops,
      deadLetterSource,
      enqueuedSequence: enqueuedSequence ?? 0,
      sequence: this.sequence,
      enqueuedAt: this.#options.engine.now(),
    }
  }

  #onDue(message: Message): void {
    const { content, sequence, hops } = message
    this.enqueue({ content, hops, enqueuedSequence: sequence, from: { store: this.main, message } })
  }

  #forwardOn(arrival: Arrival, to: string): void {
    if (arrival.hops >= MAX_FORWARD_HOPS) {
      this.bury(arrival, { kind: 'too-many-hops' }, this.transferDeadLetters)
      return
    }
    const { from, ...rest } = arrival
    this.sequence++
    const enqueuedSequence = arrival.enqueuedSequence ?? this.sequence
    const refusal = this.#tryForward(to, { ...rest, hops: arrival.hops + 1, enqueuedSequence })
    if (refusal === undefined) from?.store.remove(from.message)
    else
      this.bury(arrival, { kind: 'forward-failed', description: refusal.message }, this.transferDeadLetters)
  }

  /** Moves a message to the dead letters, or to where the entity forwards them. */
  #deadLetter(message: Message, cause: DeadLetterCause): void {
    const content = withReason(message.content, cause)
    const to = this.settings.forwardDeadLetteredMessagesTo
    if (to !== undefined && message.hops < MAX_FORWARD_HOPS) {
      const { sequence, hops } = message
      const arrival = { content, hops: hops + 1, enqueuedSequence: sequence, deadLetterSource: this.path }
      if (this.#tryForward(to, arrival) === undefined) {
        this.main.remove(message)
        return
      }
    }
    const dead = createMessage({
      ...message,
      content,
      state: 'active',
      expiresAt: Infinity,
      scheduledFor: undefined,
    })
    this.deadLetters.put(dead, { store: this.main, message })
  }

  #tryForward(to: string, arrival: Arrival): ServiceError | undefined {
    try {
      this.#options.forward(to, arrival)
      return undefined
    } catch (error) {
      if (error instanceof ServiceError) return error
      throw error
    }
  }

  #deadLetterStore(suffix: string): MessageStore {
    const store: MessageStore = new MessageStore({
      engine: this.#options.engine,
      path: `${this.path}/${suffix}`,
      policy: {
        lockDurationMs: () => this.settings.lockDurationMs,
        maxDeliveryCount: () => Infinity,
        requiresSession: false,
        onDue: () => undefined,
        onExpired: () => undefined,
        onDeadLetter: (message, cause) => {
          const content = withReason(message.content, cause)
          store.put(createMessage({ ...message, content, state: 'active' }), { store, message })
        },
      },
    })
    return store
  }
}
