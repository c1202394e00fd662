import type { Socket } from 'node:net'
import { CHANNEL_MAX, MAX_FRAME_BYTES, MIN_MAX_FRAME_BYTES } from './limits.ts'
import type { Link } from './link.ts'
import type { AmqpError, Frame } from './performatives.ts'
import { type FrameType, readFrame, typed, writeFrame } from './rhea.ts'
import { AmqpSession } from './session.ts'
import { createStreamSplitter } from './split-stream.ts'

const MAX_UINT = 0xffffffff

/** Protocol ids of the header `AMQP id 1 0 0`. */
const AMQP_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0])
const SASL_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 3, 1, 0, 0])
const EMPTY_FRAME = Buffer.from([0, 0, 0, 8, 2, 0, 0, 0])
/** None of them carries a proof: rights come from tokens put to `$cbs`. */
const SASL_MECHANISMS = ['MSSBCBS', 'ANONYMOUS', 'EXTERNAL']

/** What the broker does for a connection. */
export type ConnectionHost = {
  containerId: string
  attach(link: Link): void
  /** Resolves when everything that the pending frames acknowledge is durable; undefined when it is already. */
  durable(): Promise<void> | undefined
  closed(connection: Connection): void
}

type Phase = 'header' | 'sasl' | 'amqp-header' | 'amqp' | 'closed'

/**
 * One AMQP 1.0 connection, server side: protocol headers, SASL without proof, open and close, channels, heartbeats.
 * Frames are collected during a turn of the event loop and written together, after the host says that what they
 * acknowledge is durable.
 */
export class Connection {
  readonly host: ConnectionHost
  readonly #socket: Socket
  readonly #sessions = new Map<number, AmqpSession>()
  #phase: Phase = 'header'
  #pending: Buffer[] = []
  #flushing = false
  #answering = false
  #wrote = false
  #ending = false
  /** The write that waits for durability; later ones stay behind it. */
  #writing: Promise<void> | undefined
  readonly #touched = new Set<AmqpSession>()
  #heartbeat: NodeJS.Timeout | undefined
  #peerMaxFrame = MAX_FRAME_BYTES

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket
    this.host = host
    socket.setNoDelay(true)
    const split = createStreamSplitter({
      expectsHeader: () => this.#phase === 'header' || this.#phase === 'amqp-header',
      onHeader: (header) => this.#onHeader(header),
      onFrame: (frame) => this.#onFrame(readFrame(frame) as Frame),
    })
    socket.on('data', (chunk: Buffer) => {
      try {
        if (this.#phase !== 'closed') split(chunk)
        this.#answerSoon()
      } catch (error) {
        this.close({
          condition: 'amqp:decode-error',
          description: error instanceof Error ? error.message : String(error),
        })
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#onClosed())
  }

  /** Largest frame that the peer takes. */
  get peerMaxFrame(): number {
    return this.#peerMaxFrame
  }

  send(channel: number, frame: { kind: string; fields: object }): void {
    this.#write('amqp', channel, frame)
  }

  /** Takes a frame that is encoded already. */
  sendBytes(bytes: Buffer): void {
    this.#pending.push(bytes)
    this.#flushSoon()
  }

  /** The session gets a `beforeFlush` call before the next write. */
  touch(session: AmqpSession): void {
    this.#touched.add(session)
    this.#flushSoon()
  }

  /** Says good-bye with an error and hangs up. */
  close(error?: AmqpError): void {
    if (this.#phase === 'amqp') {
      this.send(0, { kind: 'close', fields: error === undefined ? {} : { error } })
    }
    this.#phase = 'closed'
    this.#ending = true
    this.#flushSoon()
  }

  /** Cuts the wire without a word. */
  destroy(): void {
    this.#phase = 'closed'
    this.#pending = []
    this.#socket.destroy()
  }

  #onHeader(header: Buffer): void {
    if (header.equals(SASL_HEADER) && this.#phase === 'header') {
      this.#phase = 'sasl'
      this.#pending.push(SASL_HEADER)
      this.#write('sasl', 0, {
        kind: 'sasl_mechanisms',
        fields: { sasl_server_mechanisms: SASL_MECHANISMS },
      })
      return
    }
    this.#pending.push(AMQP_HEADER)
    this.#flushSoon()
    if (header.equals(AMQP_HEADER)) this.#phase = 'amqp'
    else this.close()
  }

  #onFrame(frame: Frame): void {
    if (frame.kind === undefined || this.#phase === 'closed') return
    if (frame.kind === 'sasl_init') {
      const known = SASL_MECHANISMS.includes(frame.fields.mechanism)
      this.#write('sasl', 0, { kind: 'sasl_outcome', fields: { code: known ? 0 : 1 } })
      this.#phase = 'amqp-header'
    } else if (frame.kind === 'open') this.#onOpen(frame.fields)
    else if (frame.kind === 'close') this.close()
    else if (frame.kind === 'begin') {
      const session = new AmqpSession(this, frame.channel, frame.fields)
      this.#sessions.set(frame.channel, session)
    } else {
      const session = this.#sessions.get(frame.channel)
      if (session === undefined)
        throw new RangeError(`A ${frame.kind} on channel ${frame.channel}, which has no session.`)
      session.onFrame(frame)
      if (frame.kind === 'end') this.#sessions.delete(frame.channel)
    }
  }

  #onOpen(fields: { max_frame_size?: number | null; idle_time_out?: number | null }): void {
    this.#peerMaxFrame = Math.max(MIN_MAX_FRAME_BYTES, fields.max_frame_size ?? MAX_UINT)
    const idleMs = fields.idle_time_out ?? 0
    if (idleMs > 0) {
      this.#heartbeat = setInterval(() => {
        if (!this.#wrote) this.#socket.write(EMPTY_FRAME)
        this.#wrote = false
      }, idleMs / 3)
      this.#heartbeat.unref()
    }
    this.send(0, {
      kind: 'open',
      fields: {
        container_id: this.host.containerId,
        max_frame_size: MAX_FRAME_BYTES,
        channel_max: CHANNEL_MAX,
        properties: { product: typed.string('agent-gateway local service bus') },
      },
    })
  }

  #write(type: FrameType, channel: number, frame: { kind: string; fields: object }): void {
    this.#pending.push(writeFrame({ type, channel, ...frame }, 0))
    this.#flushSoon()
  }

  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    process.nextTick(() => this.#flush())
  }

  #flush(): void {
    for (const session of this.#touched) session.beforeFlush()
    this.#touched.clear()
    const frames = this.#pending
    this.#pending = []
    this.#flushing = false
    const durable = this.host.durable()
    if (durable === undefined && this.#writing === undefined) {
      this.#writeOut(frames)
      return
    }
    const writing = Promise.all([this.#writing, durable]).then(
      () => {
        if (this.#writing === writing) this.#writing = undefined
        this.#writeOut(frames)
      },
      () => this.destroy(),
    )
    this.#writing = writing
  }

  #writeOut(frames: readonly Buffer[]): void {
    if (this.#socket.destroyed) return
    this.#socket.cork()
    for (const frame of frames) this.#socket.write(frame)
    this.#socket.uncork()
    this.#wrote = true
    if (this.#ending) this.#socket.end()
  }

  /**
   * Input that caused no output is answered by an empty frame: it carries the TCP acknowledgement that the peer's
   * Nagle algorithm waits for. Without it every new link costs 40 ms.
   */
  #answerSoon(): void {
    if (this.#answering) return
    this.#answering = true
    this.#wrote = false
    setImmediate(() => {
      this.#answering = false
      if (!this.#wrote && this.#phase === 'amqp' && !this.#socket.destroyed) this.#socket.write(EMPTY_FRAME)
    })
  }

  #onClosed(): void {
    this.#phase = 'closed'
    clearInterval(this.#heartbeat)
    for (const session of this.#sessions.values()) session.abandon()
    this.#sessions.clear()
    this.host.closed(this)
  }
}
