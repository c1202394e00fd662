import type * as z from 'zod'
import { QueueProperties, SubscriptionProperties, TopicProperties } from '../config/emulator-file.ts'
import { queueSettings, subscriptionSettings, topicSettings } from '../config/settings-from-file.ts'
import type { QueueSettings, SubscriptionSettings, TopicSettings } from '../config/settings.ts'
import { AdministrationError } from './administration.ts'
import type { XmlElement } from './xml.ts'

/** `https://namespace/queue` and `sb://namespace/queue` are the same as `queue`. */
const entityName = (address: string): string =>
  decodeURIComponent(address.replace(/^[a-z]+:\/\/[^/]+\//i, ''))

const FORWARDS = new Set(['ForwardTo', 'ForwardDeadLetteredMessagesTo'])

/** A text as the type that its property has: XML knows only text. */
const typedValue = (name: string, text: string): string | number | boolean => {
  if (FORWARDS.has(name)) return entityName(text)
  const word = text.trim()
  if (/^(?:true|false)$/i.test(word)) return word.toLowerCase() === 'true'
  return /^\d+$/.test(word) ? Number(word) : text
}

/**
 * The properties in a description, under the same names as in the configuration file. Elements of other names are read-only (counts,
 * times) and passed over, as Azure does.
 */
const readProperties = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  element: XmlElement,
): z.output<z.ZodObject<Shape>> => {
  if (element.children.some((child) => child.name === 'AuthorizationRules' && child.children.length > 0)) {
    throw new AdministrationError(
      'bad-request',
      'This broker has the keys of its namespace only. Leave AuthorizationRules out.',
    )
  }
  const known = element.children.filter((child) => child.name in schema.shape)
  const values = known.map(({ name, text }) => [
    name,
    name === 'UserMetadata' ? text : typedValue(name, text),
  ])
  const parsed = schema.safeParse(Object.fromEntries(values))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AdministrationError(
    'bad-request',
    `The property ${String(issue?.path[0])} is wrong: ${issue?.message}`,
  )
}

/** @throws AdministrationError `bad-request` when a property has a value of another type. */
export const readQueue = (name: string, element: XmlElement): QueueSettings =>
  queueSettings(name, readProperties(QueueProperties, element))

/** @throws AdministrationError `bad-request` when a property has a value of another type. */
export const readTopic = (name: string, element: XmlElement): TopicSettings =>
  topicSettings(name, readProperties(TopicProperties, element))

/** @throws AdministrationError `bad-request` when a property has a value of another type. */
export const readSubscription = (name: string, element: XmlElement): SubscriptionSettings =>
  subscriptionSettings(name, readProperties(SubscriptionProperties, element))
