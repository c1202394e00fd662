import type {
  MessageCounts,
  QueueEntity,
  RuleEntity,
  SubscriptionEntity,
  TopicEntity,
} from '../atom/administration.ts'
import type { Life } from './life.ts'
import type { Queue } from './queue.ts'
import type { Receivable } from './receivable.ts'
import type { Subscription } from './subscription.ts'
import type { Topic } from './topic.ts'

const timesOf = ({ createdAt, updatedAt, accessedAt }: Life) => ({ createdAt, updatedAt, accessedAt })

/** Deferred messages count as active, as on Azure: they are in the entity and nowhere else. */
const countsOf = ({ main, deadLetters, transferDeadLetters }: Receivable): MessageCounts => ({
  active: main.index.size - main.scheduledCount,
  deadLetter: deadLetters.index.size,
  scheduled: main.scheduledCount,
  // Messages are forwarded at once: none is ever on its way.
  transfer: 0,
  transferDeadLetter: transferDeadLetters.index.size,
})

export const describeQueue = (queue: Queue): QueueEntity => ({
  settings: queue.settings,
  ...timesOf(queue.life),
  counts: countsOf(queue.receivable),
  sizeInBytes: queue.sizeInBytes,
})

export const describeTopic = (topic: Topic): TopicEntity => ({
  settings: topic.settings,
  ...timesOf(topic.life),
  counts: {
    active: 0,
    deadLetter: 0,
    scheduled: topic.scheduled.scheduledCount,
    transfer: 0,
    transferDeadLetter: 0,
  },
  sizeInBytes: topic.sizeInBytes,
  subscriptionCount: topic.subscriptions.size,
})

export const describeSubscription = (subscription: Subscription): SubscriptionEntity => ({
  settings: subscription.settings,
  ...timesOf(subscription.life),
  topic: subscription.topic,
  counts: countsOf(subscription.receivable),
})

export const describeRules = (subscription: Subscription): RuleEntity[] =>
  [...subscription.rules.values()].map(({ description, createdAt }) => ({ rule: description, createdAt }))
