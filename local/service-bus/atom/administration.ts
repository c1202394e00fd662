import type {
  NamespaceSettings,
  QueueSettings,
  SubscriptionSettings,
  TopicSettings,
} from '../config/settings.ts'
import type { RuleDescription } from '../rules/rule.ts'

/** Times are milliseconds since the epoch. */
type Described<Settings> = { settings: Settings; createdAt: number; updatedAt: number; accessedAt: number }

export type MessageCounts = {
  active: number
  deadLetter: number
  scheduled: number
  /** On their way to another entity (`ForwardTo`). */
  transfer: number
  transferDeadLetter: number
}

export type QueueEntity = Described<QueueSettings> & { counts: MessageCounts; sizeInBytes: number }
export type TopicEntity = Described<TopicSettings> & {
  counts: MessageCounts
  sizeInBytes: number
  subscriptionCount: number
}
export type SubscriptionEntity = Described<SubscriptionSettings> & { topic: string; counts: MessageCounts }
export type RuleEntity = { rule: RuleDescription; createdAt: number }

export type NamespaceInfo = {
  name: NamespaceSettings['name']
  tier: 'Standard' | 'Premium'
  createdAt: number
  updatedAt: number
}

/**
 * What the Atom endpoint asks of the broker. Names are compared without case. Lists are complete and sorted by name.
 * Reads answer undefined for what is not there. Changes resolve when they are journaled and throw
 * {@link AdministrationError} with `not-found` or `conflict`; settings come checked (limits, immutable properties).
 */
export type Administration = {
  namespace(): NamespaceInfo

  queues(): QueueEntity[]
  queue(name: string): QueueEntity | undefined
  createQueue(settings: QueueSettings): Promise<void>
  updateQueue(settings: QueueSettings): Promise<void>
  deleteQueue(name: string): Promise<void>

  topics(): TopicEntity[]
  topic(name: string): TopicEntity | undefined
  createTopic(settings: TopicSettings): Promise<void>
  updateTopic(settings: TopicSettings): Promise<void>
  deleteTopic(name: string): Promise<void>

  /** undefined: no such topic. */
  subscriptions(topic: string): SubscriptionEntity[] | undefined
  subscription(path: SubscriptionPath): SubscriptionEntity | undefined
  createSubscription(topic: string, settings: SubscriptionSettings, rules: RuleDescription[]): Promise<void>
  updateSubscription(topic: string, settings: SubscriptionSettings): Promise<void>
  deleteSubscription(path: SubscriptionPath): Promise<void>

  /** undefined: no such subscription. */
  rules(path: SubscriptionPath): RuleEntity[] | undefined
  createRule(path: SubscriptionPath, rule: RuleDescription): Promise<void>
  updateRule(path: SubscriptionPath, rule: RuleDescription): Promise<void>
  deleteRule(path: SubscriptionPath, name: string): Promise<void>
}

export type SubscriptionPath = { topic: string; subscription: string }

export type AdministrationErrorCode = 'not-found' | 'conflict' | 'bad-request'

export class AdministrationError extends Error {
  override name = 'AdministrationError'
  readonly code: AdministrationErrorCode

  constructor(code: AdministrationErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
