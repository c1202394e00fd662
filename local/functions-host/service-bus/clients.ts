import type { ServiceBusClient } from '@azure/service-bus'
import { RECEIVERS_PER_CONNECTION } from '../limits.ts'

/** A client with room for one receiver, until `giveBack` is called. */
export type ClientLease = { client: ServiceBusClient; giveBack(): void }

/** The clients of one listener, each with an AMQP connection of its own; a new one is made when all are full. */
export type Clients = { take(): ClientLease; close(): Promise<void> }

/**
 * Spreads receivers over clients: for every write rhea walks over all AMQP sessions of a connection, so that the cost of a message
 * would grow with the number of receivers on one.
 */
export const createClients = (open: () => ServiceBusClient): Clients => {
  const shared: Array<{ client: ServiceBusClient; receivers: number }> = []

  const openAnother = (): (typeof shared)[number] => {
    const another = { client: open(), receivers: 0 }
    shared.push(another)
    return another
  }

  return {
    take: () => {
      const chosen = shared.find(({ receivers }) => receivers < RECEIVERS_PER_CONNECTION) ?? openAnother()
      chosen.receivers += 1
      return {
        client: chosen.client,
        giveBack: () => {
          chosen.receivers -= 1
        },
      }
    },
    close: async () => {
      await Promise.all(shared.map(({ client }) => client.close()))
    },
  }
}
