import type { JournalRecord } from '../journal/journal.ts'
import { readContent } from '../messages/content.ts'
import type { EntityLog } from './entity-log.ts'
import type { EntityFact, Fact, MessageFact } from './facts.ts'
import { createLife } from './life.ts'
import { createMessage } from './message.ts'
import type { Namespace } from './namespace.ts'
import type { MessageStore } from './message-store.ts'

/** What a replay works on. `now` is milliseconds since the epoch. */
export type ReplayTarget = { namespace: Namespace; entityLog: EntityLog; now(): number }

const replayQueue = ({ namespace }: ReplayTarget, fact: Extract<EntityFact, { fact: 'queue' }>): void => {
  const known = namespace.queues.get(fact.settings.name.toLowerCase())
  if (known !== undefined) {
    known.settings = fact.settings
    known.life.updatedAt = fact.updatedAt
  } else namespace.addQueue(fact.settings, createLife(fact.createdAt, fact.updatedAt))
}

const replayTopic = ({ namespace }: ReplayTarget, fact: Extract<EntityFact, { fact: 'topic' }>): void => {
  const known = namespace.topics.get(fact.settings.name.toLowerCase())
  if (known !== undefined) {
    known.settings = fact.settings
    known.life.updatedAt = fact.updatedAt
  } else namespace.addTopic(fact.settings, createLife(fact.createdAt, fact.updatedAt))
}

const replaySubscription = (
  { namespace }: ReplayTarget,
  fact: Extract<EntityFact, { fact: 'subscription' }>,
): void => {
  const topic = namespace.topics.get(fact.topic.toLowerCase())
  const known = topic?.subscriptions.get(fact.settings.name.toLowerCase())
  if (known !== undefined) {
    known.settings = fact.settings
    known.life.updatedAt = fact.updatedAt
  } else if (topic !== undefined) {
    namespace.addSubscription(topic, fact.settings, createLife(fact.createdAt, fact.updatedAt))
  }
}

const replayEntity = (target: ReplayTarget, fact: EntityFact): void => {
  target.entityLog.add(fact)
  if (fact.fact === 'queue') replayQueue(target, fact)
  else if (fact.fact === 'topic') replayTopic(target, fact)
  else if (fact.fact === 'subscription') replaySubscription(target, fact)
  else {
    const entity = target.namespace.get(fact.at)
    if (entity === undefined) return
    if (fact.fact === 'removed') target.namespace.remove(entity)
    else if (entity.kind === 'subscription') {
      if (fact.fact === 'rule') entity.setRule(fact.rule, fact.createdAt)
      else entity.rules.delete(fact.name)
    }
  }
}

/** The numbers that the entity gives next, and the ids it knows, as the message tells them. */
const learn = (
  { namespace, now }: ReplayTarget,
  at: string,
  fact: MessageFact & { messageId: string },
): void => {
  const { entity, receivable, store } = namespace.find(at)
  if (receivable !== undefined) receivable.sequence = Math.max(receivable.sequence, fact.sequence)
  if (entity.kind === 'topic') entity.sequence = Math.max(entity.sequence, fact.sequence)
  const topic = entity.kind === 'subscription' ? namespace.topics.get(entity.topic.toLowerCase()) : undefined
  if (topic !== undefined) topic.sequence = Math.max(topic.sequence, fact.enqueuedSequence)
  const sendable = entity.kind === 'subscription' ? topic : entity
  const isDead = store.path !== entity.path
  if (sendable === undefined || isDead || !sendable.settings.requiresDuplicateDetection) return
  const until = fact.enqueuedAt + sendable.settings.duplicateDetectionWindowMs
  if (until > now()) sendable.duplicates.restore(fact.messageId, until)
}

const replayPut = (
  target: ReplayTarget,
  store: MessageStore,
  record: { fact: MessageFact; body: Buffer },
): void => {
  const { fact, body } = record
  removeFrom(store, fact.sequence)
  const content = readContent(body)
  learn(target, store.key, { ...fact, messageId: content.messageId })
  store.restore(createMessage({ ...fact, content }))
}

const replayChange = (store: MessageStore, fact: Extract<Fact, { fact: 'change' }>): void => {
  const message = store.index.get(fact.sequence)
  if (message === undefined) return
  message.deliveryCount = fact.deliveryCount
  message.state = fact.state
}

const replaySessionState = (store: MessageStore, fact: Extract<Fact, { fact: 'session-state' }>): void => {
  const session = store.sessions?.open(fact.session)
  if (session === undefined) return
  session.state = fact.state === null ? undefined : Buffer.from(fact.state, 'base64')
  store.sessions?.tidy(session)
}

const replaySequence = ({ namespace }: ReplayTarget, fact: Extract<Fact, { fact: 'sequence' }>): void => {
  const { entity } = namespace.find(fact.at)
  const counter = entity.kind === 'topic' ? entity : entity.receivable
  counter.sequence = Math.max(counter.sequence, fact.next)
}

const replayInStore = (target: ReplayTarget, fact: Exclude<Fact, EntityFact>, body: Buffer): void => {
  const { namespace } = target
  const store = namespace.store(fact.at)
  // An entity that left the configuration file: what was in it is gone with it.
  if (store === undefined) return
  if (fact.fact === 'put') {
    if (fact.from !== undefined) removeFrom(namespace.store(fact.from.at), fact.from.sequence)
    replayPut(target, store, { fact: fact.message, body })
  } else if (fact.fact === 'gone') removeFrom(store, fact.sequence)
  else if (fact.fact === 'change') replayChange(store, fact)
  else if (fact.fact === 'session-state') replaySessionState(store, fact)
  else if (fact.fact === 'sequence') replaySequence(target, fact)
  else {
    const { entity } = namespace.find(fact.at)
    if (entity.kind !== 'subscription') entity.duplicates.restore(fact.id, fact.until)
  }
}

const removeFrom = (store: MessageStore | undefined, sequence: number): void => {
  const message = store?.index.get(sequence)
  if (message !== undefined) store?.remove(message, true)
}

export const isEntityFact = (fact: Fact): fact is EntityFact =>
  ['queue', 'topic', 'subscription', 'removed', 'rule', 'rule-removed'].includes(fact.fact)

/** Builds the state from one record of the journal. */
export const replay = (target: ReplayTarget, { data, body }: JournalRecord<Fact>): void => {
  if (isEntityFact(data)) replayEntity(target, data)
  else replayInStore(target, data, Buffer.from(body ?? []))
}
