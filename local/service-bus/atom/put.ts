import { checkQueue, checkSubscription, checkTopic } from '../config/check-settings.ts'
import { DEFAULT_RULE } from '../rules/rule.ts'
import { AdministrationError, type Administration, type SubscriptionPath } from './administration.ts'
import { checkFixed, checkForwards, checkMessageSize, checkRule, refuseProblems } from './check-change.ts'
import { queueEntry, ruleEntry, subscriptionEntry, topicEntry, type Base } from './entries.ts'
import { readQueue, readSubscription, readTopic } from './read-settings.ts'
import { entryReply, type Reply } from './reply.ts'
import { readRule } from './rule-xml.ts'
import { findChild, type XmlElement } from './xml.ts'

/** A PUT: `element` is the description; with `update` (If-Match) it changes an entity, without it makes one. */
export type Put = { administration: Administration; base: Base; element: XmlElement; update: boolean }

const missing = (what: string): AdministrationError =>
  new AdministrationError('not-found', `The messaging entity '${what}' could not be found.`)

/** @returns the entity to update, undefined to create one. @throws AdministrationError `conflict` or `not-found`. */
const present = <Entity>(put: Put, name: string, entity: Entity | undefined): Entity | undefined => {
  if (put.update && entity === undefined) throw missing(name)
  if (put.update || entity === undefined) return entity
  throw new AdministrationError(
    'conflict',
    `The entity '${name}' already exists. Use another name, or If-Match to update it.`,
  )
}

/** @throws AdministrationError `not-found` when the entity that was just written is gone again. */
const found = <Entity>(name: string, entity: Entity | undefined): Entity => {
  if (entity === undefined) throw missing(name)
  return entity
}

const status = (put: Put): 200 | 201 => (put.update ? 200 : 201)

/** Queues and topics share their names. */
const refuseOther = (name: string, other: object | undefined): void => {
  if (other !== undefined)
    throw new AdministrationError('conflict', `'${name}' is taken by an entity of another kind.`)
}

export const putQueue = async (put: Put, name: string): Promise<Reply> => {
  const { administration, element } = put
  const settings = readQueue(name, element)
  refuseOther(name, administration.topic(name))
  const existing = present(put, name, administration.queue(name))
  refuseProblems(checkQueue(settings))
  checkForwards(administration, settings)
  checkMessageSize(administration, settings)
  if (existing === undefined) await administration.createQueue(settings)
  else {
    checkFixed(existing.settings, settings)
    await administration.updateQueue({ ...settings, name: existing.settings.name })
  }
  return entryReply(status(put), queueEntry(put.base, found(name, administration.queue(name))))
}

export const putTopic = async (put: Put, name: string): Promise<Reply> => {
  const { administration, element } = put
  const settings = readTopic(name, element)
  refuseOther(name, administration.queue(name))
  const existing = present(put, name, administration.topic(name))
  refuseProblems(checkTopic(settings))
  checkMessageSize(administration, settings)
  if (existing === undefined) await administration.createTopic(settings)
  else {
    checkFixed(existing.settings, settings)
    await administration.updateTopic({ ...settings, name: existing.settings.name })
  }
  return entryReply(status(put), topicEntry(put.base, found(name, administration.topic(name))))
}

export const putSubscription = async (put: Put, path: SubscriptionPath): Promise<Reply> => {
  const { administration, element } = put
  const topic = found(path.topic, administration.topic(path.topic)).settings.name
  const settings = readSubscription(path.subscription, element)
  const existing = present(put, path.subscription, administration.subscription(path))
  refuseProblems(checkSubscription(settings))
  checkForwards(administration, settings)
  if (existing === undefined) {
    const initial = findChild(element, 'DefaultRuleDescription')
    const rule =
      initial === undefined
        ? DEFAULT_RULE
        : readRule(findChild(initial, 'Name')?.text ?? DEFAULT_RULE.name, initial)
    checkRule(rule)
    await administration.createSubscription(topic, settings, [rule])
  } else {
    checkFixed(existing.settings, settings)
    await administration.updateSubscription(topic, { ...settings, name: existing.settings.name })
  }
  const written = found(path.subscription, administration.subscription(path))
  return entryReply(status(put), subscriptionEntry(put.base, written))
}

export const putRule = async (put: Put, path: SubscriptionPath, name: string): Promise<Reply> => {
  const { administration, element } = put
  const find = () =>
    administration.rules(path)?.find(({ rule }) => rule.name.toLowerCase() === name.toLowerCase())
  const subscription = found(path.subscription, administration.subscription(path))
  const rule = readRule(name, element)
  const existing = present(put, name, find())
  checkRule(rule)
  if (existing === undefined) await administration.createRule(path, rule)
  else await administration.updateRule(path, { ...rule, name: existing.rule.name })
  const written = { topic: subscription.topic, subscription: subscription.settings.name }
  return entryReply(status(put), ruleEntry(put.base, written, found(name, find())))
}
