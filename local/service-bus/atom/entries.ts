import type {
  NamespaceInfo,
  QueueEntity,
  RuleEntity,
  SubscriptionEntity,
  SubscriptionPath,
  TopicEntity,
} from './administration.ts'
import type { Entry } from './documents.ts'
import { writeRule } from './rule-xml.ts'
import { writeNamespace, writeQueue, writeSubscription, writeTopic } from './write-settings.ts'

/** Where the endpoint is, as its client sees it: `https://localhost:5300/`. */
export type Base = string

const address = (base: Base, path: string): string => `${base}${encodeURI(path)}?api-version=2021-05`

/** Prefix of forwards in answers. */
const forwards = (base: Base): string => base.replace(/^https?:/, 'sb:')

export const queueEntry = (base: Base, queue: QueueEntity): Entry => ({
  title: queue.settings.name,
  url: address(base, queue.settings.name),
  createdAt: queue.createdAt,
  updatedAt: queue.updatedAt,
  content: writeQueue(queue, forwards(base)),
})

export const topicEntry = (base: Base, topic: TopicEntity): Entry => ({
  title: topic.settings.name,
  url: address(base, topic.settings.name),
  createdAt: topic.createdAt,
  updatedAt: topic.updatedAt,
  content: writeTopic(topic),
})

export const subscriptionEntry = (base: Base, subscription: SubscriptionEntity): Entry => ({
  title: subscription.settings.name,
  url: address(base, `${subscription.topic}/Subscriptions/${subscription.settings.name}`),
  createdAt: subscription.createdAt,
  updatedAt: subscription.updatedAt,
  content: writeSubscription(subscription, forwards(base)),
})

export const ruleEntry = (base: Base, path: SubscriptionPath, rule: RuleEntity): Entry => ({
  title: rule.rule.name,
  url: address(base, `${path.topic}/Subscriptions/${path.subscription}/Rules/${rule.rule.name}`),
  createdAt: rule.createdAt,
  updatedAt: rule.createdAt,
  content: writeRule(rule),
})

export const namespaceEntry = (base: Base, namespace: NamespaceInfo): Entry => ({
  title: namespace.name,
  url: address(base, '$namespaceinfo'),
  createdAt: namespace.createdAt,
  updatedAt: namespace.updatedAt,
  content: writeNamespace(namespace),
})
