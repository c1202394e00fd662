import type { Consumer } from './consumer.ts'
import type { Message } from './message.ts'
import { createReadyQueue } from './ready-queue.ts'

/** The ready messages of a store without sessions and the consumers that compete for them. */
export type Line = {
  push(message: Message): void
  /** The consumer has room: it gets what is ready, its share if others have room too. */
  wake(consumer: Consumer): void
  leave(consumer: Consumer): void
}

/** `hand` gives a message to a consumer that has room. */
export const createLine = (hand: (message: Message, consumer: Consumer) => void): Line => {
  const ready = createReadyQueue()
  /** Consumers with room, the one that waited longest first. */
  const hungry = new Set<Consumer>()

  const pump = (): void => {
    for (let message = ready.first(); message !== undefined; message = ready.first()) {
      const [consumer] = hungry
      if (consumer === undefined) return
      hungry.delete(consumer)
      if (consumer.room <= 0) continue
      hungry.add(consumer)
      ready.shift()
      hand(message, consumer)
    }
  }

  return {
    push: (message) => {
      ready.push(message)
      pump()
    },
    wake: (consumer) => {
      hungry.add(consumer)
      pump()
    },
    leave: (consumer) => {
      hungry.delete(consumer)
    },
  }
}
