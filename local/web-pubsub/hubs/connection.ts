import type { WebSocket } from 'ws'
import type { LocalTimer } from '../../service/clock.ts'
import { CLOSE_REASON_MAX_BYTES, SLOW_CLIENT_MAX_BYTES } from '../limits.ts'
import { AckMemory } from './ack-memory.ts'
import type { Grants } from './grants.ts'
import type { OutboundMessage } from './outbound-message.ts'
import { ReplayBuffer } from './replay-buffer.ts'

/** How a client talks: `simple` is every client without a sub-protocol of the service. */
export type Dialect = 'simple' | 'json' | 'reliable'

export type ConnectionClose = { code: number; reason: string }

/** A stream of messages from one client to a group; `expected` is the sequence id of its next fragment. */
export type GroupStream = {
  group: string
  noEcho: boolean
  expected: number
  idleMs: number
  idle: LocalTimer | undefined
}

export type ConnectionIdentity = {
  id: string
  hub: string
  userId: string | null
  dialect: Dialect
  /** The sub-protocol that was agreed, the service's own or another; undefined for none. */
  subprotocol: string | undefined
  /** A simple client whose every frame goes to a group, instead of to the event handler. */
  publishesTo?: { group: string; noEcho: boolean } | undefined
}

/** A close reason cut to what a close frame can carry. */
const fitReason = (reason: string): string => {
  let fitted = reason
  while (Buffer.byteLength(fitted) > CLOSE_REASON_MAX_BYTES) fitted = fitted.slice(0, -1)
  return fitted
}

/**
 * One client connection. For a reliable client it outlives its socket: `socket` is undefined while the client is away.
 * Idle connections are many, so what not every connection needs is made when it is first needed.
 */
export class Connection {
  readonly identity: ConnectionIdentity
  readonly replay: ReplayBuffer | undefined
  grants: Grants
  groups: Set<string> | undefined
  /** The value of the `ce-connectionState` header. */
  state: string | undefined
  socket: WebSocket | undefined
  /** Ends the session of a reliable client that does not come back. */
  away: LocalTimer | undefined
  /** Invocations whose answer is awaited, and how to give them up. */
  invocations: Map<string, AbortController> | undefined
  /** Streams that the client has open. */
  streams: Map<string, GroupStream> | undefined
  /** A ping is on its way since this time (monotonic milliseconds). */
  pingedAt: number | undefined
  /** Settles when the frame in work is done; undefined when none is. */
  busy: Promise<void> | undefined
  /** Settles when the last unawaited call of the event handler is done. */
  notified: Promise<void> | undefined
  #acks: AckMemory | undefined
  readonly #onOverflow: (connection: Connection, close: ConnectionClose) => void

  constructor(options: {
    identity: ConnectionIdentity
    grants: Grants
    onOverflow: (connection: Connection, close: ConnectionClose) => void
  }) {
    this.identity = options.identity
    this.grants = options.grants
    this.replay = options.identity.dialect === 'reliable' ? new ReplayBuffer() : undefined
    this.#onOverflow = options.onOverflow
  }

  get id(): string {
    return this.identity.id
  }

  get acks(): AckMemory {
    this.#acks ??= new AckMemory()
    return this.#acks
  }

  /** Sends a frame that is not part of the replay: acks, pongs, system messages. */
  send(frame: string): void {
    if (this.socket?.readyState === 1) this.socket.send(frame)
  }

  /** Hands a message to the client. Answers whether it left: a client that is away gets it at its recovery. */
  deliver(message: OutboundMessage): boolean {
    if (this.replay !== undefined) {
      const sequenceId = this.replay.push(message)
      if (sequenceId === undefined) {
        this.#onOverflow(this, { code: 1008, reason: 'Too many messages were not acknowledged.' })
        return false
      }
      return this.write(message.reliableFrame(sequenceId), false)
    }
    if (this.identity.dialect === 'json') return this.write(message.frame, false)
    return this.write(message.raw, typeof message.raw !== 'string')
  }

  /** Sends again what was not acknowledged. Answers the messages. */
  replayPending(now: number): OutboundMessage[] {
    const pending = this.replay?.pending(now) ?? []
    for (const { message, sequenceId } of pending) this.write(message.reliableFrame(sequenceId), false)
    return pending.map(({ message }) => message)
  }

  /** Closes the socket with a close frame. */
  close({ code, reason }: ConnectionClose): void {
    this.socket?.close(code, fitReason(reason))
  }

  /** Cuts the socket without a close frame, as a broken network does. */
  cut(): void {
    this.socket?.terminate()
  }

  private write(frame: string | Buffer, binary: boolean): boolean {
    if (this.socket?.readyState !== 1) return false
    this.socket.send(frame, { binary })
    if (this.socket.bufferedAmount <= SLOW_CLIENT_MAX_BYTES) return true
    this.#onOverflow(this, { code: 1008, reason: 'The client reads too slowly.' })
    return false
  }
}
