import type {
  CorrelationRuleFilter,
  CreateSubscriptionOptions,
  ServiceBusReceivedMessage,
  SqlRuleAction,
  SqlRuleFilter,
} from '@azure/service-bus'
import { uniqueName, type Broker } from './broker-with-administration.ts'

export type Rule = { name: string; filter: SqlRuleFilter | CorrelationRuleFilter; action?: SqlRuleAction }

export type Topics = {
  /** A topic with a subscription `s` that has these rules and no other. */
  topicWith(rules: Rule[], options?: CreateSubscriptionOptions): Promise<string>
  /** The same with one rule `r` that has this filter. */
  topicWhere(sqlExpression: string, options?: CreateSubscriptionOptions): Promise<string>
  /** Everything a subscription has got, taken out of it. A topic gives its copies before it acknowledges. */
  take(topic: string, subscription?: string): Promise<ServiceBusReceivedMessage[]>
  bodies(topic: string, subscription?: string): Promise<unknown[]>
  /** The dead letters of the subscription `s`, taken out of it. */
  deadLetters(topic: string): Promise<ServiceBusReceivedMessage[]>
}

/** What tests of rules do with topics. */
export const useTopics = (broker: Broker): Topics => {
  const topicWith: Topics['topicWith'] = async (rules, options) => {
    const { administration } = broker
    const topic = uniqueName('topic')
    await administration.createTopic(topic)
    await administration.createSubscription(topic, 's', options)
    for (const { name, filter, action } of rules) {
      await (action === undefined
        ? administration.createRule(topic, 's', name, filter)
        : administration.createRule(topic, 's', name, filter, action))
    }
    await administration.deleteRule(topic, 's', '$Default')
    return topic
  }

  const drain = async (
    count: number,
    [topic, subscription, subQueueType]: [string, string, 'deadLetter'?],
  ): Promise<ServiceBusReceivedMessage[]> => {
    const receiver = broker.client.createReceiver(topic, subscription, {
      receiveMode: 'receiveAndDelete',
      ...(subQueueType && { subQueueType }),
    })
    const taken: ServiceBusReceivedMessage[] = []
    while (taken.length < count) taken.push(...(await receiver.receiveMessages(count - taken.length)))
    await receiver.close()
    return taken
  }

  const counts = (topic: string, subscription: string) =>
    broker.administration.getSubscriptionRuntimeProperties(topic, subscription)

  const take: Topics['take'] = async (topic, subscription = 's') =>
    drain((await counts(topic, subscription)).activeMessageCount, [topic, subscription])

  return {
    topicWith,
    topicWhere: (sqlExpression, options) => topicWith([{ name: 'r', filter: { sqlExpression } }], options),
    take,
    bodies: async (topic, subscription) => (await take(topic, subscription)).map(({ body }) => body),
    deadLetters: async (topic) =>
      drain((await counts(topic, 's')).deadLetterMessageCount, [topic, 's', 'deadLetter']),
  }
}
