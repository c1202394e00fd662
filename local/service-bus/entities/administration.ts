import { type Administration, AdministrationError, type SubscriptionPath } from '../atom/administration.ts'
import type { Tier } from '../tier.ts'
import { describeQueue, describeRules, describeSubscription, describeTopic } from './describe.ts'
import type { EntityChanges } from './entity-changes.ts'
import type { Namespace } from './namespace.ts'
import type { Subscription } from './subscription.ts'

export type AdministrationOptions = {
  namespace: Namespace
  changes: EntityChanges
  name: string
  tier: Tier
  /** When the broker began, in milliseconds since the epoch. */
  startedAt: number
  /** Resolves when everything so far is durable. */
  durable(): Promise<void> | undefined
}

const missing = (name: string): AdministrationError =>
  new AdministrationError('not-found', `The messaging entity '${name}' could not be found.`)

const taken = (name: string): AdministrationError =>
  new AdministrationError('conflict', `The messaging entity '${name}' already exists.`)

type Named = { settings: { name: string } }

const byName = (left: Named, right: Named): number => left.settings.name.localeCompare(right.settings.name)

const found = <Value>(value: Value | undefined, name: string): Value => {
  if (value === undefined) throw missing(name)
  return value
}

type Part<Names extends keyof Administration> = Pick<Administration, Names>

const queues = (
  options: AdministrationOptions,
): Part<'queues' | 'queue' | 'createQueue' | 'updateQueue' | 'deleteQueue'> => {
  const { namespace, changes, durable } = options
  const get = (name: string) => namespace.queues.get(name.toLowerCase())
  return {
    queues: () => [...namespace.queues.values()].toSorted(byName).map(describeQueue),
    queue: (name) => {
      const queue = get(name)
      return queue && describeQueue(queue)
    },
    createQueue: async (settings) => {
      if (namespace.get(settings.name.toLowerCase()) !== undefined) throw taken(settings.name)
      changes.createQueue(settings)
      await durable()
    },
    updateQueue: async (settings) => {
      changes.updateQueue(found(get(settings.name), settings.name), settings)
      await durable()
    },
    deleteQueue: async (name) => {
      changes.remove(found(get(name), name))
      await durable()
    },
  }
}

const topics = (
  options: AdministrationOptions,
): Part<'topics' | 'topic' | 'createTopic' | 'updateTopic' | 'deleteTopic'> => {
  const { namespace, changes, durable } = options
  const get = (name: string) => namespace.topics.get(name.toLowerCase())
  return {
    topics: () => [...namespace.topics.values()].toSorted(byName).map(describeTopic),
    topic: (name) => {
      const topic = get(name)
      return topic && describeTopic(topic)
    },
    createTopic: async (settings) => {
      if (namespace.get(settings.name.toLowerCase()) !== undefined) throw taken(settings.name)
      changes.createTopic(settings)
      await durable()
    },
    updateTopic: async (settings) => {
      changes.updateTopic(found(get(settings.name), settings.name), settings)
      await durable()
    },
    deleteTopic: async (name) => {
      changes.remove(found(get(name), name))
      await durable()
    },
  }
}

const lookUp = (namespace: Namespace, path: SubscriptionPath): Subscription | undefined =>
  namespace.topics.get(path.topic.toLowerCase())?.subscriptions.get(path.subscription.toLowerCase())

const subscriptions = (
  options: AdministrationOptions,
): Part<
  'subscriptions' | 'subscription' | 'createSubscription' | 'updateSubscription' | 'deleteSubscription'
> => {
  const { namespace, changes, durable } = options
  const topicOf = (name: string) => namespace.topics.get(name.toLowerCase())
  return {
    subscriptions: (name) => {
      const topic = topicOf(name)
      return topic && [...topic.subscriptions.values()].toSorted(byName).map(describeSubscription)
    },
    subscription: (path) => {
      const subscription = lookUp(namespace, path)
      return subscription && describeSubscription(subscription)
    },
    createSubscription: async (name, settings, rules) => {
      const topic = found(topicOf(name), name)
      if (topic.subscriptions.has(settings.name.toLowerCase())) throw taken(settings.name)
      changes.createSubscription(topic, settings, rules)
      await durable()
    },
    updateSubscription: async (topic, settings) => {
      const path = { topic, subscription: settings.name }
      changes.updateSubscription(found(lookUp(namespace, path), settings.name), settings)
      await durable()
    },
    deleteSubscription: async (path) => {
      changes.remove(found(lookUp(namespace, path), path.subscription))
      await durable()
    },
  }
}

const rules = (
  options: AdministrationOptions,
): Part<'rules' | 'createRule' | 'updateRule' | 'deleteRule'> => {
  const { namespace, changes, durable } = options
  const subscriptionOf = (path: SubscriptionPath) => found(lookUp(namespace, path), path.subscription)
  return {
    rules: (path) => {
      const subscription = lookUp(namespace, path)
      return (
        subscription &&
        describeRules(subscription).toSorted((left, right) => left.rule.name.localeCompare(right.rule.name))
      )
    },
    createRule: async (path, rule) => {
      const subscription = subscriptionOf(path)
      if (subscription.rules.has(rule.name.toLowerCase())) throw taken(rule.name)
      changes.setRule(subscription, rule)
      await durable()
    },
    updateRule: async (path, rule) => {
      const subscription = subscriptionOf(path)
      found(subscription.rules.get(rule.name.toLowerCase()), rule.name)
      changes.setRule(subscription, rule)
      await durable()
    },
    deleteRule: async (path, name) => {
      const subscription = subscriptionOf(path)
      found(subscription.rules.get(name.toLowerCase()), name)
      changes.removeRule(subscription, name)
      await durable()
    },
  }
}

/** What the management endpoint sees of the broker. */
export const createAdministration = (options: AdministrationOptions): Administration => ({
  namespace: () => ({
    name: options.name,
    tier: options.tier === 'premium' ? 'Premium' : 'Standard',
    createdAt: options.startedAt,
    updatedAt: options.startedAt,
  }),
  ...queues(options),
  ...topics(options),
  ...subscriptions(options),
  ...rules(options),
})
