import { SessionTable } from '../sessions/session-table.ts'
import type { Session } from '../sessions/session.ts'
import type { Consumer } from './consumer.ts'
import type { DeadLetterCause } from './dead-letter.ts'
import type { Engine } from './engine.ts'
import { messageFact } from './facts.ts'
import { createLine, type Line } from './line.ts'
import { createLockTable, type LockTable } from './lock-table.ts'
import type { Lock } from './lock.ts'
import { createMessageIndex } from './message-index.ts'
import type { Message } from './message.ts'

/** What distinguishes a queue, a subscription, a dead-letter queue and the scheduled messages of a topic. */
export type StorePolicy = {
  lockDurationMs(): number
  /** Failed deliveries after which a message is dead-lettered; Infinity in a dead-letter queue. */
  maxDeliveryCount(): number
  requiresSession: boolean
  /** The time of a scheduled message has come: it is still in the store. */
  onDue(message: Message): void
  /** The message must leave the store for the dead-letter queue. */
  onDeadLetter(message: Message, cause: DeadLetterCause): void
  /** The message lived its time and is not locked: it must leave the store. */
  onExpired(message: Message): void
}

/**
 * The messages of a queue, a subscription, a dead-letter queue, or the scheduled ones of a topic, with their locks and
 * sessions. All times are milliseconds since the epoch.
 */
export class MessageStore {
  /** Path as clients see it. */
  readonly path: string
  /** The path in lower case: the store's name in the journal. */
  readonly key: string
  readonly policy: StorePolicy
  readonly index = createMessageIndex()
  /** Only where sessions are required. */
  readonly sessions: SessionTable | undefined
  readonly line: Line
  readonly locks: LockTable
  readonly #engine: Engine
  #sizeInBytes = 0
  #scheduledCount = 0

  constructor(options: { engine: Engine; path: string; policy: StorePolicy }) {
    const { engine, path, policy } = options
    this.path = path
    this.key = path.toLowerCase()
    this.policy = policy
    this.#engine = engine
    this.line = createLine((message, consumer) => this.#hand(message, consumer))
    this.locks = createLockTable({
      engine,
      lockDurationMs: policy.lockDurationMs,
      onExpired: (lock) => this.giveBack(lock, true),
    })
    this.sessions = policy.requiresSession
      ? new SessionTable({
          engine,
          lockDurationMs: policy.lockDurationMs,
          giveBack: (lock, failed) => this.giveBack(lock, failed),
          pump: (session) => this.pumpSession(session),
        })
      : undefined
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes
  }

  get scheduledCount(): number {
    return this.#scheduledCount
  }

  /** Takes a message in. `from` is the store that it leaves in the same moment. */
  put(message: Message, from?: { store: MessageStore; message: Message }): void {
    const left = from && { at: from.store.key, sequence: from.message.sequence }
    this.#engine.record(
      { fact: 'put', at: this.key, message: messageFact(message), ...(left && { from: left }) },
      message.content,
    )
    from?.store.remove(from.message, true)
    this.restore(message)
  }

  /** Like `put`, but nothing is journaled: at start. */
  restore(message: Message): void {
    this.index.add(message)
    this.#sizeInBytes += message.content.bytes
    const session = message.state === 'scheduled' ? undefined : this.#sessionOf(message)
    if (session !== undefined) {
      session.messages++
      session.updatedAt = this.#engine.now()
    }
    this.#place(message)
  }

  /** The message leaves. `journaled`: the fact stands in the journal already. */
  remove(message: Message, journaled = false): void {
    if (message.gone) return
    if (message.lock !== undefined) this.locks.unlock(message.lock)
    message.gone = true
    message.expiry?.cancel()
    this.index.remove(message)
    this.#sizeInBytes -= message.content.bytes
    if (message.state === 'scheduled') this.#scheduledCount--
    else {
      const session = this.#sessionOf(message)
      if (session !== undefined) {
        session.messages--
        this.sessions?.tidy(session)
      }
    }
    if (!journaled) this.#engine.record({ fact: 'gone', at: this.key, sequence: message.sequence })
  }

  /** The content or the state of a message changed while it was locked: journals it as it is now. */
  rewrite(message: Message): void {
    this.#engine.record({ fact: 'put', at: this.key, message: messageFact(message) }, message.content)
  }

  /** Everything goes, without a fact in the journal: the entity itself goes. */
  clear(): void {
    for (const message of this.index.from(0)) this.remove(message, true)
  }

  /** Ends the lock and puts the message back where it was; `failed` counts as a delivery. */
  giveBack(lock: Lock, failed: boolean): void {
    if (!lock.live) return
    const { message } = lock
    this.locks.unlock(lock)
    if (failed && this.#countFailure(message)) return
    if (message.state !== 'active') return
    if (message.expiresAt <= this.#engine.now()) this.policy.onExpired(message)
    else this.#makeReady(message)
  }

  /** Hands ready messages of a session to its holder as long as it has room. */
  pumpSession(session: Session): void {
    while (session.holder !== undefined && session.holder.room > 0) {
      const message = session.ready.shift()
      if (message === undefined) return
      this.#hand(message, session.holder, session)
    }
  }

  /** Answers whether the message left for the dead-letter queue. */
  #countFailure(message: Message): boolean {
    message.deliveryCount++
    const limit = this.policy.maxDeliveryCount()
    if (message.deliveryCount >= limit) {
      this.policy.onDeadLetter(message, { kind: 'max-delivery-count', count: limit })
      return true
    }
    const { sequence, deliveryCount, state } = message
    this.#engine.record({ fact: 'change', at: this.key, sequence, deliveryCount, state })
    return false
  }

  #hand(message: Message, consumer: Consumer, session?: Session): void {
    if (consumer.deletes) {
      this.remove(message)
      consumer.deliver(message, undefined)
    } else consumer.deliver(message, this.locks.lock(message, session))
  }

  #sessionOf(message: Message): Session | undefined {
    return this.sessions?.open(message.content.sessionId ?? '')
  }

  #place(message: Message): void {
    if (message.state === 'scheduled') {
      this.#scheduledCount++
      message.expiry = this.#engine.deadlines.at(message.scheduledFor ?? 0, () => this.policy.onDue(message))
      return
    }
    if (message.state !== 'active') return
    if (message.expiresAt !== Infinity) {
      message.expiry = this.#engine.deadlines.at(message.expiresAt, () => this.#expire(message))
    }
    this.#makeReady(message)
  }

  #expire(message: Message): void {
    if (message.lock === undefined && message.state === 'active') this.policy.onExpired(message)
  }

  #makeReady(message: Message): void {
    const session = this.#sessionOf(message)
    if (session === undefined) {
      this.line.push(message)
      return
    }
    session.ready.push(message)
    this.sessions?.onReady(session)
  }
}
