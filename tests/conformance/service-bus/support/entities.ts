import type {
  CreateQueueOptions,
  CreateSubscriptionOptions,
  CreateTopicOptions,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus'
import { type Broker, uniqueName } from './broker-with-administration.ts'

/** ISO 8601, so that a test can say `seconds(30)`. */
export const seconds = (count: number): string => `PT${count}S`

export type Entities = {
  /** A new queue with a lock of 60 s and 10 deliveries, if the options do not say otherwise. */
  queue(options?: CreateQueueOptions): Promise<string>
  /** A new topic with one subscription, `s`. */
  topic(options?: CreateSubscriptionOptions, topicOptions?: CreateTopicOptions): Promise<string>
  /** Lets the broker's time pass. */
  pass(count: number): void
}

/** Entities for one test each: their names are unique. */
export const useEntities = (broker: Broker): Entities => ({
  queue: async (options = {}) => {
    const name = uniqueName('queue')
    await broker.administration.createQueue(name, { lockDuration: seconds(60), ...options })
    return name
  },
  topic: async (options = {}, topicOptions = {}) => {
    const name = uniqueName('topic')
    await broker.administration.createTopic(name, topicOptions)
    await broker.administration.createSubscription(name, 's', { lockDuration: seconds(60), ...options })
    return name
  },
  pass: (count) => broker.service.clock.advance(count * 1000),
})

/** Exactly so many messages, however the receiver portions them out. */
export const receive = async (
  receiver: ServiceBusReceiver,
  count: number,
): Promise<ServiceBusReceivedMessage[]> => {
  const received: ServiceBusReceivedMessage[] = []
  while (received.length < count) {
    const [next, ...more] = await receiver.receiveMessages(1)
    if (next === undefined) throw new Error(`Only ${received.length} of ${count} messages came.`)
    received.push(next, ...more)
  }
  return received
}

/** The next message. */
export const receiveOne = async (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> => {
  const [message] = await receive(receiver, 1)
  if (message === undefined) throw new Error('No message came.')
  return message
}

/** Whether nothing can be received now. */
export const isEmpty = async (receiver: ServiceBusReceiver): Promise<boolean> =>
  (await receiver.receiveMessages(1, { maxWaitTimeInMs: 1 })).length === 0

export const bodiesOf = (messages: readonly ServiceBusReceivedMessage[]): unknown[] =>
  messages.map(({ body }) => body)
