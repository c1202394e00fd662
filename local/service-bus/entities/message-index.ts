import type { Message } from './message.ts'

/** All messages of a store by sequence number, also those that are locked, deferred or scheduled. */
export type MessageIndex = {
  readonly size: number
  add(message: Message): void
  get(sequence: number): Message | undefined
  /** The message must be marked `gone`. */
  remove(message: Message): void
  /** In order, from the given sequence number on. */
  from(sequence: number): Generator<Message>
}

/** Fewer removed messages than this are not worth a sweep. */
const SWEEP_ABOVE = 256

export const createMessageIndex = (): MessageIndex => {
  const bySequence = new Map<number, Message>()
  /** Ascending; those that are gone stay until they are the majority. */
  let ordered: Message[] = []

  /** The first position whose sequence number is not lower. */
  const position = (sequence: number): number => {
    let low = 0
    let high = ordered.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ordered[middle]?.sequence ?? Infinity) < sequence) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get size() {
      return bySequence.size
    },
    add: (message) => {
      bySequence.set(message.sequence, message)
      const last = ordered.at(-1)
      if (last === undefined || last.sequence < message.sequence) ordered.push(message)
      else ordered.splice(position(message.sequence), 0, message)
    },
    get: (sequence) => bySequence.get(sequence),
    remove: (message) => {
      bySequence.delete(message.sequence)
      const removed = ordered.length - bySequence.size
      if (removed > SWEEP_ABOVE && removed * 2 > ordered.length) {
        ordered = ordered.filter((candidate) => !candidate.gone)
      }
    },
    from: function* (sequence) {
      for (let index = position(sequence); index < ordered.length; index++) {
        const message = ordered[index]
        if (message !== undefined && !message.gone) yield message
      }
    },
  }
}
