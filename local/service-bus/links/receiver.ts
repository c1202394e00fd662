import type { Link, LinkHandler } from '../amqp/link.ts'
import { outcome } from '../amqp/outcomes.ts'
import type { Typed } from '../amqp/rhea.ts'
import { type Lock, swapGuidBytes } from '../entities/lock.ts'
import type { MessageStore } from '../entities/message-store.ts'
import type { Message } from '../entities/message.ts'
import { messageLockLost, ServiceError } from '../entities/service-error.ts'
import { settle } from '../entities/settle.ts'
import { encodeMessage } from '../messages/encode-message.ts'
import { stampsOf } from '../messages/stamps.ts'
import type { SessionHolder } from '../sessions/session.ts'
import type { Broker } from './broker.ts'
import type { Gate } from './gate.ts'
import { readSettlement } from './read-settlement.ts'

const NO_TAG = Buffer.alloc(0)

/** Where a receiver gets its messages from, once it is attached. */
type Supply = { wake(): void; leave(): void }

/** Serves a client's receiver: hands messages over and carries out what the client decides about them. */
export class Receiver implements SessionHolder {
  readonly deletes: boolean
  readonly linkName: string
  readonly #broker: Broker
  readonly #link: Link
  readonly #store: MessageStore
  readonly #gate: Gate
  readonly #unsettled = new Map<number, Lock>()
  /** Messages that a fault keeps back. */
  #held = 0

  constructor(broker: Broker, link: Link, context: { store: MessageStore; gate: Gate }) {
    this.#broker = broker
    this.#link = link
    this.#store = context.store
    this.#gate = context.gate
    this.deletes = link.presettled
    this.linkName = link.name
  }

  get room(): number {
    return this.#link.credit - this.#held
  }

  handler(supply: Supply): LinkHandler {
    return {
      onCredit: supply.wake,
      onDrain: supply.wake,
      onOutcome: (deliveryId, state) =>
        this.#gate('settle', (refusal) => this.#settle(deliveryId, state, refusal)),
      onClosed: supply.leave,
    }
  }

  deliver(message: Message, lock: Lock | undefined): void {
    this.#held++
    this.#gate('receive', (refusal) => {
      this.#held--
      if (refusal === undefined) this.#send(message, lock)
      else this.#link.close(refusal.amqp)
    })
  }

  onLockLost(): void {
    this.#link.close(
      new ServiceError(
        'com.microsoft:session-lock-lost',
        'The session lock has expired. Accept the session again to go on with its messages.',
      ).amqp,
    )
  }

  #send(message: Message, lock: Lock | undefined): void {
    if (lock?.live === false) return
    const payload = encodeMessage(message.content, stampsOf(message, lock))
    this.#broker.engine.bill('receive', payload.length)
    if (lock === undefined) this.#link.deliver({ tag: NO_TAG, payload, settled: true })
    else {
      const deliveryId = this.#link.deliver({ tag: swapGuidBytes(lock.token), payload, settled: false })
      this.#unsettled.set(deliveryId, lock)
    }
  }

  #settle(deliveryId: number, state: Typed | undefined, refusal: ServiceError | undefined): void {
    const settlement = state === undefined ? undefined : readSettlement(state)
    if (settlement === undefined) return
    const lock = this.#unsettled.get(deliveryId)
    this.#unsettled.delete(deliveryId)
    const failure =
      refusal ?? (lock === undefined ? messageLockLost() : settle(this.#store, lock, settlement))
    if (failure === undefined) {
      this.#broker.engine.bill(settlement.kind, 0)
      this.#gate('settle.answer', (lost) => this.#answer(deliveryId, lost))
    } else this.#answer(deliveryId, failure)
  }

  #answer(deliveryId: number, failure: ServiceError | undefined): void {
    if (failure === undefined) this.#link.settle(deliveryId)
    else this.#link.settle(deliveryId, outcome.rejected(failure.amqp))
  }
}
