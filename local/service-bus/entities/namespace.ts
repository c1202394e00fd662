import type { QueueSettings, SubscriptionSettings, TopicSettings } from '../config/settings.ts'
import type { Arrival } from './arrival.ts'
import type { Engine } from './engine.ts'
import { createLife, type Life } from './life.ts'
import type { MessageStore } from './message-store.ts'
import { Queue } from './queue.ts'
import type { Receivable } from './receivable.ts'
import { entityNotFound } from './service-error.ts'
import { Subscription } from './subscription.ts'
import { Topic } from './topic.ts'

export type Entity = Queue | Topic | Subscription

/** Where an address leads: an entity, and the store of it that the address names. A topic has none for receivers. */
export type Destination = {
  entity: Entity
  receivable: Receivable | undefined
  store: MessageStore
}

const DEAD_LETTERS = '/$deadletterqueue'
const TRANSFER = '/$transfer'

/** The entities of a namespace. Names and paths are compared without case. */
export class Namespace {
  readonly queues = new Map<string, Queue>()
  readonly topics = new Map<string, Topic>()
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  addQueue(settings: QueueSettings, life = this.#newLife()): Queue {
    const forward = (to: string, arrival: Arrival): void => this.#forward(to, arrival)
    const queue = new Queue({ engine: this.#engine, life, settings, forward })
    this.queues.set(settings.name.toLowerCase(), queue)
    return queue
  }

  addTopic(settings: TopicSettings, life = this.#newLife()): Topic {
    const topic = new Topic({ engine: this.#engine, life, settings })
    this.topics.set(settings.name.toLowerCase(), topic)
    return topic
  }

  addSubscription(topic: Topic, settings: SubscriptionSettings, life = this.#newLife()): Subscription {
    const forward = (to: string, arrival: Arrival): void => this.#forward(to, arrival)
    const subscription = new Subscription({
      engine: this.#engine,
      life,
      topic: topic.path,
      settings,
      forward,
    })
    topic.subscriptions.set(settings.name.toLowerCase(), subscription)
    return subscription
  }

  /** Takes an entity out, with everything in it; a topic with its subscriptions. Its links end. */
  remove(entity: Entity): void {
    if (entity.kind === 'queue') this.queues.delete(entity.path.toLowerCase())
    else if (entity.kind === 'topic') {
      for (const subscription of entity.subscriptions.values()) this.remove(subscription)
      this.topics.delete(entity.path.toLowerCase())
    } else {
      this.topics.get(entity.topic.toLowerCase())?.subscriptions.delete(entity.settings.name.toLowerCase())
    }
    const stores = entity.kind === 'topic' ? [entity.scheduled] : entity.receivable.stores
    for (const store of stores) store.clear()
    for (const { end } of entity.life.watchers) end(entityNotFound(entity.path))
  }

  /** The entity with this path in lower case. */
  get(key: string): Entity | undefined {
    try {
      return this.#entity(key, key)
    } catch {
      return undefined
    }
  }

  /** Every entity; a topic comes before its subscriptions. */
  *entities(): Generator<Entity> {
    yield* this.queues.values()
    for (const topic of this.topics.values()) {
      yield topic
      yield* topic.subscriptions.values()
    }
  }

  /** What takes messages under this name. @throws ServiceError `amqp:not-found` */
  sendable(name: string): Queue | Topic {
    const key = name.toLowerCase()
    const found = this.queues.get(key) ?? this.topics.get(key)
    if (found === undefined) throw entityNotFound(name)
    return found
  }

  /** @throws ServiceError `amqp:not-found` */
  find(address: string): Destination {
    const key = address.toLowerCase()
    if (!key.endsWith(DEAD_LETTERS)) {
      const entity = this.#entity(key, address)
      const receivable = entity.kind === 'topic' ? undefined : entity.receivable
      return {
        entity,
        receivable,
        store: entity.kind === 'topic' ? entity.scheduled : entity.receivable.main,
      }
    }
    const rest = key.slice(0, -DEAD_LETTERS.length)
    const transfer = rest.endsWith(TRANSFER)
    const entity = this.#entity(transfer ? rest.slice(0, -TRANSFER.length) : rest, address)
    if (entity.kind === 'topic') throw entityNotFound(address)
    const { receivable } = entity
    return { entity, receivable, store: transfer ? receivable.transferDeadLetters : receivable.deadLetters }
  }

  /** The store with this key, for the journal. */
  store(key: string): MessageStore | undefined {
    try {
      return this.find(key).store
    } catch {
      return undefined
    }
  }

  #newLife(): Life {
    return createLife(this.#engine.now())
  }

  #entity(key: string, address: string): Entity {
    const [topicName = '', subscriptionName] = key.split('/subscriptions/')
    const entity =
      subscriptionName === undefined
        ? (this.queues.get(key) ?? this.topics.get(key))
        : this.topics.get(topicName)?.subscriptions.get(subscriptionName)
    if (entity === undefined) throw entityNotFound(address)
    return entity
  }

  /** Checks like a sender's message, then takes it. */
  #forward(to: string, arrival: Arrival): void {
    const target = this.sendable(to)
    target.checkOpen()
    target.check(arrival.content)
    target.accept(arrival)
    this.#engine.bill('forward', arrival.content.bytes)
  }
}
