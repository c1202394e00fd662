import type { Connection } from './connection.ts'
import { encodeTransfer, TRANSFER_OVERHEAD } from './encode-transfer.ts'
import { INCOMING_WINDOW } from './limits.ts'
import { Link } from './link.ts'
import { outcome } from './outcomes.ts'
import type { BeginFields, DispositionFields, FlowFields, Frame, TransferFields } from './performatives.ts'
import { createRuns, type Runs } from './runs.ts'
import type { Typed } from './rhea.ts'

const MAX_UINT = 0xffffffff

/** Sequence numbers of AMQP wrap at 2^32. */
const distance = (from: number, to: number): number => (to - from) | 0

type SessionFrame = Exclude<Frame, { kind?: undefined } | { kind: 'open' | 'begin' | 'close' | 'sasl_init' }>

/**
 * One AMQP session: a channel with windows in both directions and links on it. (A session of Service Bus, the messages
 * of one session id, is another thing.)
 */
export class AmqpSession {
  readonly connection: Connection
  readonly channel: number
  readonly #links = new Map<number, Link>()
  /** Deliveries to the client that neither side has settled, by delivery id. */
  readonly #unsettled = new Map<number, Link>()
  /** Settlements of this turn, sent as ranges. */
  readonly #accepted: { received: Runs; sent: Runs } = { received: createRuns(), sent: createRuns() }
  /** Encoded transfers that wait for the client's window. */
  #waiting: Array<{ link: Link; frame: Buffer }> = []
  #nextOutgoingId = 0
  #nextDeliveryId = 0
  #nextIncomingId: number
  #received = 0
  #clientWindow: number
  #ended = false

  constructor(connection: Connection, channel: number, begin: BeginFields) {
    this.connection = connection
    this.channel = channel
    this.#nextIncomingId = begin.next_outgoing_id
    this.#clientWindow = begin.incoming_window
    this.send('begin', {
      remote_channel: channel,
      next_outgoing_id: 0,
      incoming_window: INCOMING_WINDOW,
      outgoing_window: MAX_UINT,
    })
  }

  send(kind: string, fields: object): void {
    if (!this.#ended) this.connection.send(this.channel, { kind, fields })
  }

  /** Whether another delivery would leave at once. Who asks before taking a message never locks one that cannot be sent. */
  get writable(): boolean {
    return !this.#ended && this.#clientWindow > 0
  }

  onFrame(frame: SessionFrame): void {
    if (frame.kind === 'transfer') this.#onTransfer(frame.fields, frame.payload)
    else if (frame.kind === 'disposition') this.#onDisposition(frame.fields)
    else if (frame.kind === 'flow') this.#onFlow(frame.fields)
    else if (frame.kind === 'attach') {
      const link = new Link(this, frame.fields)
      this.#links.set(frame.fields.handle, link)
      this.connection.host.attach(link)
    } else if (frame.kind === 'detach') this.#link(frame.fields.handle).onDetach()
    else {
      this.send('end', {})
      this.abandon()
    }
  }

  /** The wire or the session is gone: the links end without a word. */
  abandon(): void {
    this.#ended = true
    for (const link of this.#links.values()) link.abandon()
    this.#links.clear()
    this.#unsettled.clear()
  }

  forget(link: Link): void {
    this.#links.delete(link.handle)
    this.discard(link)
    for (const [id, owner] of this.#unsettled) if (owner === link) this.#unsettled.delete(id)
  }

  /** Nothing more of this link is sent. What the client still says about its deliveries is answered. */
  discard(link: Link): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.link !== link)
  }

  /** Sends a message in as many transfers as the frame size asks for. Answers the delivery id. */
  transfer(link: Link, delivery: { tag: Buffer; payload: Buffer; settled: boolean }): number {
    const { tag, payload, settled } = delivery
    const deliveryId = this.#nextDeliveryId
    this.#nextDeliveryId = (deliveryId + 1) >>> 0
    const size = this.connection.peerMaxFrame - TRANSFER_OVERHEAD
    const base = { channel: this.channel, handle: link.handle, deliveryId, tag, settled }
    let start = 0
    do {
      const part = payload.subarray(start, start + size)
      start += part.length
      const frame = encodeTransfer({ ...base, more: start < payload.length }, part)
      this.#waiting.push({ link, frame })
    } while (start < payload.length)
    if (!settled) this.#unsettled.set(deliveryId, link)
    this.#drainWaiting()
    return deliveryId
  }

  /** Answers a delivery: `received` from the client, or `sent` to it. */
  settle(direction: 'received' | 'sent', deliveryId: number, state: Typed = outcome.accepted): void {
    if (direction === 'sent') this.#unsettled.delete(deliveryId)
    if (state === outcome.accepted) {
      this.#accepted[direction].add(deliveryId)
      this.connection.touch(this)
    } else {
      this.send('disposition', { role: direction === 'received', first: deliveryId, settled: true, state })
    }
  }

  beforeFlush(): void {
    for (const direction of ['received', 'sent'] as const) {
      for (const { first, last } of this.#accepted[direction].take()) {
        const role = direction === 'received'
        this.send('disposition', { role, first, last, settled: true, state: outcome.accepted })
      }
    }
  }

  sendFlow(link?: { handle: number; delivery_count: number; link_credit: number; drain?: boolean }): void {
    this.#received = 0
    this.send('flow', {
      next_incoming_id: this.#nextIncomingId,
      incoming_window: INCOMING_WINDOW,
      next_outgoing_id: this.#nextOutgoingId,
      outgoing_window: MAX_UINT,
      ...link,
    })
  }

  #link(handle: number): Link {
    const link = this.#links.get(handle)
    if (link === undefined)
      throw new RangeError(`There is no link with handle ${handle} on channel ${this.channel}.`)
    return link
  }

  #onTransfer(fields: TransferFields, payload?: Buffer): void {
    this.#nextIncomingId = (this.#nextIncomingId + 1) >>> 0
    this.#link(fields.handle).onTransfer(fields, payload ?? Buffer.alloc(0))
    this.#received++
    if (this.#received > INCOMING_WINDOW / 2) this.sendFlow()
  }

  #onDisposition(fields: DispositionFields): void {
    if (!fields.role) return
    const last = fields.last ?? fields.first
    const count = distance(fields.first, last) + 1
    const ids =
      count <= this.#unsettled.size
        ? Array.from({ length: count }, (_, index) => (fields.first + index) >>> 0)
        : [...this.#unsettled.keys()].filter(
            (id) => distance(fields.first, id) >= 0 && distance(id, last) >= 0,
          )
    for (const id of ids) {
      const link = this.#unsettled.get(id)
      if (link === undefined) continue
      if (fields.settled) this.#unsettled.delete(id)
      link.onDisposition(id, fields.state ?? undefined)
    }
  }

  #onFlow(fields: FlowFields): void {
    const sent = distance(fields.next_incoming_id ?? 0, this.#nextOutgoingId)
    this.#clientWindow = fields.incoming_window - sent
    this.#drainWaiting()
    if (fields.handle !== null && fields.handle !== undefined) this.#link(fields.handle).onFlow(fields)
    else {
      if (fields.echo) this.sendFlow()
      for (const link of this.#links.values()) link.onWindow()
    }
  }

  #drainWaiting(): void {
    let written = 0
    while (this.#clientWindow > 0 && written < this.#waiting.length) {
      const waiting = this.#waiting[written++]
      if (waiting === undefined) break
      this.#clientWindow--
      this.#nextOutgoingId = (this.#nextOutgoingId + 1) >>> 0
      if (!this.#ended) this.connection.sendBytes(waiting.frame)
    }
    this.#waiting.splice(0, written)
  }
}
