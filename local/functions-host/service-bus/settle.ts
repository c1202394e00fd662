import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ServiceBusReceivedMessage } from '@azure/service-bus'

export type Settlement = 'complete' | 'abandon'

export type Settler = { settle(message: ServiceBusReceivedMessage, settlement: Settlement): Promise<void> }

type Settling = {
  completeMessage(message: ServiceBusReceivedMessage): Promise<void>
  abandonMessage(message: ServiceBusReceivedMessage): Promise<void>
}

type Entry = {
  message: ServiceBusReceivedMessage
  settlement: Settlement
  done: PromiseWithResolvers<void>
}

/**
 * Settles the messages of one receiver. rhea writes the settlements of one turn of the event loop together and skips
 * comparing the first two: a message to abandon could be completed, and lost. So one turn only ever carries one kind.
 */
export const createSettler = (receiver: Settling): Settler => {
  const queue: Entry[] = []
  let draining = false

  const issue = ({ message, settlement, done }: Entry): void => {
    const settled =
      settlement === 'complete' ? receiver.completeMessage(message) : receiver.abandonMessage(message)
    settled.then(done.resolve, done.reject)
  }

  const drain = async (): Promise<void> => {
    draining = true
    while (queue.length > 0) {
      const kind = queue[0]?.settlement
      while (queue[0]?.settlement === kind) {
        const entry = queue.shift()
        if (entry === undefined) break
        issue(entry)
      }
      await nextTurn()
    }
    draining = false
  }

  return {
    settle: (message, settlement) => {
      const done = Promise.withResolvers<void>()
      queue.push({ message, settlement, done })
      if (!draining) void drain()
      return done.promise
    },
  }
}
