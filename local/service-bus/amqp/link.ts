import { SENDER_CREDIT } from './limits.ts'
import { outcome } from './outcomes.ts'
import type { AmqpError, AttachFields, FlowFields, Terminus, TransferFields } from './performatives.ts'
import { readTerminus, type Typed, writeTerminus } from './rhea.ts'
import type { AmqpSession } from './session.ts'

/** What the broker does on a link that it accepted. */
export type LinkHandler = {
  /** A whole message of a client's sender. It must be answered by `link.settle`, unless `settled`. */
  onMessage?(message: IncomingMessage): void
  /** A client's receiver can take messages. */
  onCredit?(): void
  /** A client's receiver asks for what there is now: called before the rest of its credit is taken back. */
  onDrain?(): void
  onOutcome?(deliveryId: number, state: Typed | undefined): void
  /** The link ended, whoever ended it. Comes once. */
  onClosed?(): void
}

export type IncomingMessage = { deliveryId: number; payload: Buffer; format: number; settled: boolean }

export type AcceptOptions = {
  /** Bytes; longer messages are rejected. Only for a client's sender. */
  maxMessageSize?: number
  /** Filter to echo in the source, instead of the client's. */
  filter?: Readonly<Record<string, unknown>>
  properties?: Readonly<Record<string, Typed>>
}

type Incomplete = { chunks: Buffer[]; bytes: number; first: TransferFields }

/**
 * A link that a client attached. The broker answers the attach when it likes (`accept` or `refuse`): a receiver of the
 * next session waits that way. `role` is the client's.
 */
export class Link {
  readonly session: AmqpSession
  readonly handle: number
  readonly name: string
  readonly role: 'sender' | 'receiver'
  readonly attach: AttachFields
  readonly source: Terminus | undefined
  readonly target: Terminus | undefined
  #handler: LinkHandler = {}
  #closers: Array<() => void> = []
  #state: 'opening' | 'open' | 'closing' | 'closed' = 'opening'
  #credit = 0
  #deliveryCount = 0
  #maxMessageSize = Infinity
  #incomplete: Incomplete | undefined

  constructor(session: AmqpSession, attach: AttachFields) {
    this.session = session
    this.handle = attach.handle
    this.name = attach.name
    this.role = attach.role ? 'receiver' : 'sender'
    this.attach = attach
    this.source = readTerminus(attach.source) as Terminus | undefined
    this.target = readTerminus(attach.target) as Terminus | undefined
  }

  /** What the client's end names on our side: the source of its receiver, the target of its sender. */
  get address(): string {
    return (this.role === 'receiver' ? this.source?.address : this.target?.address) ?? ''
  }

  /** The client asked for messages that are settled when sent. */
  get presettled(): boolean {
    return this.attach.snd_settle_mode === 1
  }

  /** The attach waits for its answer. */
  get opening(): boolean {
    return this.#state === 'opening'
  }

  /** Deliveries that may be sent now. */
  get credit(): number {
    return this.#state === 'open' && this.session.writable ? this.#credit : 0
  }

  /** Is called once when the link ends, also when the client gives it up before it is answered. */
  onceClosed(callback: () => void): void {
    if (this.#state === 'closing' || this.#state === 'closed') callback()
    else this.#closers.push(callback)
  }

  accept(handler: LinkHandler, options: AcceptOptions = {}): void {
    if (this.#state !== 'opening') return
    this.#handler = handler
    this.#state = 'open'
    this.#maxMessageSize = options.maxMessageSize ?? Infinity
    this.#sendAttach({
      source: writeTerminus('source', {
        ...(this.source?.address && { address: this.source.address }),
        ...((options.filter ?? this.source?.filter) && { filter: options.filter ?? this.source?.filter }),
      }),
      target: writeTerminus('target', { ...(this.target?.address && { address: this.target.address }) }),
      ...(options.properties && { properties: options.properties }),
      ...(options.maxMessageSize && { max_message_size: options.maxMessageSize }),
    })
    if (this.role === 'sender') this.#grant()
    else if (this.credit > 0) handler.onCredit?.()
  }

  /** Answers the attach by a link without ends, which is then detached with the error. */
  refuse(error: AmqpError): void {
    if (this.#state !== 'opening') return
    this.#sendAttach({})
    this.#detach(error)
  }

  /** Detaches an open link. */
  close(error?: AmqpError): void {
    if (this.#state === 'opening')
      this.refuse(error ?? { condition: 'amqp:link:detach-forced', description: 'The broker stops.' })
    else if (this.#state === 'open') this.#detach(error)
  }

  /** Sends a message to a client's receiver; costs one credit. Answers the delivery id. */
  deliver(delivery: { tag: Buffer; payload: Buffer; settled: boolean }): number {
    this.#credit--
    this.#deliveryCount = (this.#deliveryCount + 1) >>> 0
    return this.session.transfer(this, delivery)
  }

  /** Answers a delivery; `state` is accepted if not given. */
  settle(deliveryId: number, state: Typed = outcome.accepted): void {
    if (this.#state === 'open' || this.#state === 'closing')
      this.session.settle(this.role === 'sender' ? 'received' : 'sent', deliveryId, state)
  }

  onTransfer(fields: TransferFields, payload: Buffer): void {
    const incomplete = this.#incomplete ?? { chunks: [], bytes: 0, first: fields }
    incomplete.bytes += payload.length
    if (incomplete.bytes > this.#maxMessageSize) incomplete.chunks = []
    else incomplete.chunks.push(payload)
    this.#incomplete = fields.more && !fields.aborted ? incomplete : undefined
    if (fields.more || fields.aborted) return
    this.#deliveryCount = (this.#deliveryCount + 1) >>> 0
    this.#credit--
    if (this.#credit < SENDER_CREDIT / 2) this.#grant()
    if (this.#state === 'open') this.#onWhole(incomplete)
  }

  onFlow(fields: FlowFields): void {
    if (this.role === 'sender') return
    const base = fields.delivery_count ?? 0
    this.#credit = Math.max(0, (base + (fields.link_credit ?? 0) - this.#deliveryCount) | 0)
    if (this.#state !== 'open') return
    if (fields.drain) {
      this.#handler.onDrain?.()
      this.#deliveryCount = (this.#deliveryCount + this.#credit) >>> 0
      this.#credit = 0
    }
    // A drain is answered even at credit 0: the client waits for the answer and would close the link.
    if (fields.drain || fields.echo) this.#sendFlow(fields.drain === true)
    if (this.#credit > 0) this.#handler.onCredit?.()
  }

  onWindow(): void {
    if (this.credit > 0) this.#handler.onCredit?.()
  }

  onDisposition(deliveryId: number, state: Typed | undefined): void {
    this.#handler.onOutcome?.(deliveryId, state)
  }

  onDetach(): void {
    if (this.#state === 'opening') this.#sendAttach({})
    if (this.#state !== 'closing') this.session.send('detach', { handle: this.handle, closed: true })
    this.session.forget(this)
    this.abandon()
  }

  abandon(): void {
    if (this.#state === 'closed') return
    const announced = this.#state === 'closing'
    this.#state = 'closed'
    if (!announced) this.#announceEnd()
  }

  #onWhole({ bytes, chunks, first }: Incomplete): void {
    const deliveryId = first.delivery_id ?? 0
    if (bytes > this.#maxMessageSize) {
      this.settle(
        deliveryId,
        outcome.rejected({
          condition: 'amqp:link:message-size-exceeded',
          description: `The received message (delivery-id:${deliveryId}, size:${bytes} bytes) exceeds the limit (${this.#maxMessageSize} bytes) currently allowed on the link.`,
        }),
      )
      return
    }
    const [only] = chunks
    this.#handler.onMessage?.({
      deliveryId,
      payload: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes),
      format: first.message_format ?? 0,
      settled: first.settled === true,
    })
  }

  #sendAttach(fields: object): void {
    const { rcv_settle_mode, snd_settle_mode } = this.attach
    this.session.send('attach', {
      name: this.name,
      handle: this.handle,
      role: this.role === 'sender',
      ...(this.role === 'receiver' && { initial_delivery_count: 0 }),
      ...(typeof snd_settle_mode === 'number' && { snd_settle_mode }),
      ...(typeof rcv_settle_mode === 'number' && { rcv_settle_mode }),
      ...fields,
    })
  }

  #detach(error?: AmqpError): void {
    this.#state = 'closing'
    this.session.discard(this)
    this.session.send('detach', { handle: this.handle, closed: true, ...(error && { error }) })
    this.#announceEnd()
  }

  #announceEnd(): void {
    this.#handler.onClosed?.()
    for (const callback of this.#closers.splice(0)) callback()
  }

  #grant(): void {
    this.#credit = SENDER_CREDIT
    this.#sendFlow(false)
  }

  #sendFlow(drain: boolean): void {
    this.session.sendFlow({
      handle: this.handle,
      delivery_count: this.#deliveryCount,
      link_credit: this.#credit,
      ...(drain && { drain }),
    })
  }
}
