import { ClientError } from '../client-error.ts'
import type { Payloads } from '../messages.ts'
import type { Platform } from '../platform.ts'
import type { Session } from '../session/session.ts'
import { createPace } from './create-pace.ts'

/** Answers that are not confirmed yet; whoever has more waits. */
const MAX_ENTRIES = 256
/** After so many frames the gateway is asked whether it has them. */
const UNCONFIRMED = 32

export type Answer = {
  to: string
  correlationId: string
  payload: Payloads['EXEC_RESPONSE']
  /** Whether it ends its call. */
  isLast: boolean
  /** Called when the gateway refuses it. */
  onRefused: (error: ClientError) => void
}

type Entry = Answer & { id: string; forget: () => void }

const isOfConnection = (error: unknown): boolean =>
  error instanceof ClientError && ['not_connected', 'connection_lost', 'closed'].includes(error.code)

/**
 * Sends answers in order. They are kept until the gateway has confirmed them, by answering a PING that was sent behind them,
 * and are sent again with the same ids on the next connection when this one is lost before.
 */
export class Outbox {
  readonly #session: Session
  readonly #platform: Platform
  readonly #pace: () => number
  readonly #entries: Entry[] = []
  /** Who waits for room. */
  readonly #waiting = new Set<() => void>()
  /** How many of the entries were sent on this connection. */
  #sent = 0
  /** Grows with every connection: what was sent on an older one says nothing of this one. */
  #connection = 0
  #isSending = false

  constructor(session: Session, platform: Platform) {
    this.#session = session
    this.#platform = platform
    this.#pace = createPace(platform)
    session.events.on('disconnected', () => {
      this.#connection++
      this.#sent = 0
    })
    session.events.on('registered', () => void this.#run())
    session.ended.addEventListener('abort', () => this.#wake())
  }

  /** Takes an answer, and waits while there are too many. @throws ClientError `closed` */
  async push(answer: Answer): Promise<void> {
    const { ended } = this.#session
    while (this.#entries.length >= MAX_ENTRIES && !ended.aborted) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    if (ended.aborted) throw new ClientError('closed', 'The connection was closed.')
    const id = this.#platform.uuid()
    const forget = this.#session.onRefused(id, (error) => {
      // Repeated: it was taken on a connection that was lost before that was known.
      if (error.details['reason'] !== 'replayed') answer.onRefused(error)
    })
    this.#entries.push({ ...answer, id, forget })
    void this.#run()
  }

  async #run(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    // What is not sent when the connection is lost is sent on the next one.
    while (this.#session.isRegistered && this.#sent < this.#entries.length) {
      await this.#sendAll().catch(() => undefined)
    }
    this.#isSending = false
  }

  async #sendAll(): Promise<void> {
    for (let entry = this.#entries[this.#sent]; entry !== undefined; entry = this.#entries[this.#sent]) {
      await this.#sendNext(entry)
      const isAll = entry.isLast && this.#sent === this.#entries.length
      if (this.#sent >= UNCONFIRMED || isAll) await this.#confirm()
    }
  }

  /** Sends one; what can be sent on no connection is given up. */
  async #sendNext(entry: Entry): Promise<void> {
    try {
      await this.#write(entry)
    } catch (cause) {
      if (isOfConnection(cause)) throw cause
      this.#remove(this.#entries.indexOf(entry), 1)
      entry.onRefused(new ClientError('refused', 'The answer cannot be sent.', { cause }))
    }
  }

  async #write({ id, to, correlationId, payload }: Entry): Promise<void> {
    const connection = this.#connection
    const waitMs = this.#pace()
    if (waitMs > 0) await this.#platform.sleep(waitMs, this.#session.ended)
    if (connection !== this.#connection) throw new ClientError('connection_lost', 'The connection was lost.')
    await this.#session.write({ type: 'EXEC_RESPONSE', to, payload, id, correlationId })
    if (connection === this.#connection) this.#sent++
  }

  async #confirm(): Promise<void> {
    const [connection, count] = [this.#connection, this.#sent]
    await this.#session.ping()
    if (connection !== this.#connection) return
    this.#sent -= count
    this.#remove(0, count)
  }

  #remove(at: number, count: number): void {
    for (const { forget } of this.#entries.splice(at, count)) forget()
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
