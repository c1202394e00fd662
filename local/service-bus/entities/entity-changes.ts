import type { QueueSettings, SubscriptionSettings, TopicSettings } from '../config/settings.ts'
import type { RuleDescription } from '../rules/rule.ts'
import type { Engine } from './engine.ts'
import { watchIdle } from './idle.ts'
import type { Entity, Namespace } from './namespace.ts'
import type { Queue } from './queue.ts'
import { entityDisabled } from './service-error.ts'
import type { Subscription } from './subscription.ts'
import type { Topic } from './topic.ts'

/** Changes of entities and rules at run time: carried out and journaled. */
export type EntityChanges = {
  createQueue(settings: QueueSettings): void
  createTopic(settings: TopicSettings): void
  createSubscription(topic: Topic, settings: SubscriptionSettings, rules: readonly RuleDescription[]): void
  updateQueue(queue: Queue, settings: QueueSettings): void
  updateTopic(topic: Topic, settings: TopicSettings): void
  updateSubscription(subscription: Subscription, settings: SubscriptionSettings): void
  remove(entity: Entity): void
  setRule(subscription: Subscription, rule: RuleDescription): void
  removeRule(subscription: Subscription, name: string): void
  /** Starts the clock of `autoDeleteOnIdle`, for entities that are there at start. */
  watch(entity: Entity): void
}

const record = (engine: Engine, entity: Entity): void => {
  const { createdAt, updatedAt } = entity.life
  if (entity.kind === 'queue')
    engine.record({ fact: 'queue', settings: entity.settings, createdAt, updatedAt })
  else if (entity.kind === 'topic')
    engine.record({ fact: 'topic', settings: entity.settings, createdAt, updatedAt })
  else {
    const { topic, settings } = entity
    engine.record({ fact: 'subscription', topic, settings, createdAt, updatedAt })
  }
}

/** Ends the receivers of an entity that was switched off. Senders notice with their next message. */
const endDisabled = ({ path, settings: { status }, life }: Entity): void => {
  if (status !== 'Disabled' && status !== 'ReceiveDisabled') return
  for (const { role, end } of life.watchers) if (role === 'receiver') end(entityDisabled(path, status))
}

export const createEntityChanges = (engine: Engine, namespace: Namespace): EntityChanges => {
  const idle = new Map<Entity, () => void>()

  const remove = (entity: Entity): void => {
    idle.get(entity)?.()
    idle.delete(entity)
    namespace.remove(entity)
    engine.record({ fact: 'removed', at: entity.path.toLowerCase() })
  }

  const watch = (entity: Entity): void => {
    idle.get(entity)?.()
    entity.life.accessedAt = engine.now()
    idle.set(
      entity,
      watchIdle(engine, entity, () => remove(entity)),
    )
  }

  const born = (entity: Entity): void => {
    record(engine, entity)
    watch(entity)
  }

  const changed = (entity: Entity): void => {
    entity.life.updatedAt = engine.now()
    born(entity)
    endDisabled(entity)
  }

  const setRule = (subscription: Subscription, rule: RuleDescription): void => {
    const createdAt = engine.now()
    subscription.setRule(rule, createdAt)
    engine.record({ fact: 'rule', at: subscription.path.toLowerCase(), rule, createdAt })
  }

  return {
    createQueue: (settings) => born(namespace.addQueue(settings)),
    createTopic: (settings) => born(namespace.addTopic(settings)),
    createSubscription: (topic, settings, rules) => {
      const subscription = namespace.addSubscription(topic, settings)
      born(subscription)
      for (const rule of rules) setRule(subscription, rule)
    },
    updateQueue: (queue, settings) => {
      queue.settings = settings
      changed(queue)
    },
    updateTopic: (topic, settings) => {
      topic.settings = settings
      changed(topic)
    },
    updateSubscription: (subscription, settings) => {
      subscription.settings = settings
      changed(subscription)
    },
    remove,
    setRule,
    removeRule: (subscription, name) => {
      subscription.rules.delete(name.toLowerCase())
      engine.record({ fact: 'rule-removed', at: subscription.path.toLowerCase(), name: name.toLowerCase() })
    },
    watch,
  }
}
