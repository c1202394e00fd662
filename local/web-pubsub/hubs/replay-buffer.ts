import { REPLAY_MAX_BYTES, REPLAY_MAX_MESSAGES } from '../limits.ts'
import type { OutboundMessage } from './outbound-message.ts'

export type SequencedMessage = { sequenceId: number; message: OutboundMessage }

/** The messages that a reliable client has not acknowledged, in the order of their sequence ids (from 1). */
export class ReplayBuffer {
  #entries: SequencedMessage[] = []
  #bytes = 0
  #last = 0

  /** The sequence id of the message, or undefined when the buffer is full and the session therefore lost. */
  push(message: OutboundMessage): number | undefined {
    if (this.#entries.length >= REPLAY_MAX_MESSAGES || this.#bytes + message.bytes > REPLAY_MAX_BYTES) {
      return undefined
    }
    this.#last += 1
    this.#bytes += message.bytes
    this.#entries.push({ sequenceId: this.#last, message })
    return this.#last
  }

  /** Forgets everything up to and including `sequenceId`. */
  acknowledge(sequenceId: number): void {
    const kept = this.#entries.findIndex((entry) => entry.sequenceId > sequenceId)
    const gone = this.#entries.splice(0, kept === -1 ? this.#entries.length : kept)
    for (const { message } of gone) this.#bytes -= message.bytes
  }

  /** What is still to be acknowledged; a message whose time to live is over at `now` is dropped instead. */
  pending(now: number): readonly SequencedMessage[] {
    const isAlive = ({ message }: SequencedMessage): boolean => (message.content.expiresAt ?? Infinity) > now
    this.#entries = this.#entries.filter(isAlive)
    this.#bytes = this.#entries.reduce((sum, { message }) => sum + message.bytes, 0)
    return this.#entries
  }
}
