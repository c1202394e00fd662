import { parseAddress, type Address } from './address.ts'
import { AdministrationError, type Administration, type SubscriptionPath } from './administration.ts'
import { namespaceEntry, queueEntry, ruleEntry, subscriptionEntry, topicEntry, type Base } from './entries.ts'
import { putQueue, putRule, putSubscription, putTopic, type Put } from './put.ts'
import { entryReply, errorReply, failureReply, feedReply, type Reply } from './reply.ts'
import { findChild, parseXml, type XmlElement } from './xml.ts'

export type AtomRequest = {
  method: string
  /** With scheme and host as the client sees them. */
  url: URL
  /** Present: change what exists. */
  ifMatch: string | undefined
  body: string
}

const missing = (name: string): AdministrationError =>
  new AdministrationError('not-found', `The messaging entity '${name}' could not be found.`)

const known = <Value>(name: string, value: Value | undefined): Value => {
  if (value === undefined) throw missing(name)
  return value
}

/** The names of a subscription as they were written at its creation. */
const properPath = (administration: Administration, path: SubscriptionPath): SubscriptionPath => {
  const { topic, settings } = known(path.subscription, administration.subscription(path))
  return { topic, subscription: settings.name }
}

const findRule = (administration: Administration, path: SubscriptionPath, name: string) =>
  administration.rules(path)?.find(({ rule }) => rule.name.toLowerCase() === name.toLowerCase())

const read = (administration: Administration, address: Address, url: URL): Reply => {
  const base: Base = `${url.origin}/`
  switch (address.kind) {
    case 'namespace':
      return entryReply(200, namespaceEntry(base, administration.namespace()))
    case 'queues':
      return feedReply(url, administration.queues(), (queue) => queueEntry(base, queue))
    case 'topics':
      return feedReply(url, administration.topics(), (topic) => topicEntry(base, topic))
    case 'entity': {
      const queue = administration.queue(address.name)
      if (queue !== undefined) return entryReply(200, queueEntry(base, queue))
      return entryReply(200, topicEntry(base, known(address.name, administration.topic(address.name))))
    }
    case 'subscriptions': {
      const subscriptions = known(address.topic, administration.subscriptions(address.topic))
      return feedReply(url, subscriptions, (subscription) => subscriptionEntry(base, subscription))
    }
    case 'subscription': {
      const subscription = known(address.subscription, administration.subscription(address))
      return entryReply(200, subscriptionEntry(base, subscription))
    }
    case 'rules': {
      const path = properPath(administration, address)
      const rules = known(address.subscription, administration.rules(address))
      return feedReply(url, rules, (rule) => ruleEntry(base, path, rule))
    }
    case 'rule': {
      const path = properPath(administration, address)
      return entryReply(
        200,
        ruleEntry(base, path, known(address.rule, findRule(administration, address, address.rule))),
      )
    }
  }
}

/** The description inside an Atom entry. */
const descriptionIn = (body: string): XmlElement => {
  const content = findChild(parseXml(body), 'content')?.children[0]
  if (content === undefined)
    throw new AdministrationError('bad-request', 'The entry has no description in its content.')
  return content
}

const write = (put: Put, address: Address): Promise<Reply> => {
  const { name: root } = put.element
  if (address.kind === 'entity' && root === 'QueueDescription') return putQueue(put, address.name)
  if (address.kind === 'entity' && root === 'TopicDescription') return putTopic(put, address.name)
  if (address.kind === 'subscription' && root === 'SubscriptionDescription')
    return putSubscription(put, address)
  if (address.kind === 'rule' && root === 'RuleDescription') return putRule(put, address, address.rule)
  throw new AdministrationError('bad-request', `A ${root} cannot be put at this address.`)
}

const remove = async (administration: Administration, address: Address): Promise<Reply> => {
  if (address.kind === 'entity') {
    if (administration.queue(address.name) !== undefined) await administration.deleteQueue(address.name)
    else
      await administration.deleteTopic(known(address.name, administration.topic(address.name)).settings.name)
  } else if (address.kind === 'subscription') {
    await administration.deleteSubscription(properPath(administration, address))
  } else if (address.kind === 'rule') {
    known(address.rule, findRule(administration, address, address.rule))
    await administration.deleteRule(address, address.rule)
  } else return errorReply(405, 'Only entities and rules can be deleted.')
  return { status: 200 }
}

/** Answers one request that is authorised. Faults of the caller become replies; anything else is thrown. */
export const answer = async (administration: Administration, request: AtomRequest): Promise<Reply> => {
  const { method, url } = request
  const address = parseAddress(url.pathname)
  try {
    if (address === undefined)
      return errorReply(404, 'Name a queue, a topic, $Resources/Queues or $Resources/Topics.')
    if (method === 'GET') return read(administration, address, url)
    if (method === 'DELETE') return await remove(administration, address)
    if (method !== 'PUT') return errorReply(405, `${method} is not supported.`)
    const element = descriptionIn(request.body)
    const put = { administration, base: `${url.origin}/`, element, update: request.ifMatch !== undefined }
    return await write(put, address)
  } catch (error) {
    return failureReply(error)
  }
}
