import { type Typed, typed } from '../amqp/rhea.ts'
import { toRuleValue, toTyped } from '../rules/amqp-value.ts'
import type {
  RuleChanges,
  RuleMessage,
  RuleValue,
  SystemProperty,
  WritableSystemProperty,
} from '../rules/rule.ts'
import {
  applicationPropertiesOf,
  type Content,
  FIELD,
  propertiesOf,
  withAnnotation,
  withApplicationProperties,
  withProperties,
} from './content.ts'

/** System properties that stand in the properties section. */
const FIELDS = {
  MessageId: FIELD.messageId,
  To: FIELD.to,
  Label: FIELD.subject,
  ReplyTo: FIELD.replyTo,
  CorrelationId: FIELD.correlationId,
  ContentType: FIELD.contentType,
  SessionId: FIELD.groupId,
  ReplyToSessionId: FIELD.replyToGroupId,
} as const satisfies Partial<Record<WritableSystemProperty, number>>

/** System properties that stand in the message annotations. */
const ANNOTATIONS = {
  PartitionKey: 'x-opt-partition-key',
  ViaPartitionKey: 'x-opt-via-partition-key',
  ScheduledEnqueueTimeUtc: 'x-opt-scheduled-enqueue-time',
} as const satisfies Partial<Record<WritableSystemProperty, string>>

const entries = <Key extends string, Value>(record: Readonly<Record<Key, Value>>): Array<[Key, Value]> =>
  (Object.keys(record) as Key[]).map((key) => [key, record[key]])

const ruleValue = (value: Typed | undefined): RuleValue => (value === undefined ? null : toRuleValue(value))

/** Symbols and ids of other types are text for a rule. */
const textValue = (value: Typed | undefined): RuleValue => {
  const read = ruleValue(value)
  return typeof read === 'bigint' ? String(read) : read
}

const systemOf = (content: Content, stamps: { enqueuedAt: number; sequence: number }) => {
  const fields = propertiesOf(content)
  const system: Partial<Record<SystemProperty, RuleValue>> = {
    EnqueuedTimeUtc: new Date(stamps.enqueuedAt),
    SequenceNumber: BigInt(stamps.sequence),
    EnqueuedSequenceNumber: BigInt(stamps.sequence),
    DeliveryCount: 0n,
    Size: BigInt(content.bytes),
    TimeToLive: content.ttlMs === undefined ? null : { milliseconds: content.ttlMs },
    ExpiresAtUtc: content.ttlMs === undefined ? null : new Date(stamps.enqueuedAt + content.ttlMs),
  }
  for (const [name, field] of entries(FIELDS)) system[name] = textValue(fields[field])
  for (const [name, annotation] of entries(ANNOTATIONS))
    system[name] = ruleValue(content.annotations.get(annotation))
  return system
}

/** What rules see of a content. Nothing is decoded before a rule asks, and nothing twice. */
export const createRuleMessage = (
  content: Content,
  stamps: { enqueuedAt: number; sequence: number },
): RuleMessage => {
  let system: RuleMessage['system'] | undefined
  let properties: RuleMessage['properties'] | undefined
  return {
    get system() {
      system ??= systemOf(content, stamps)
      return system
    },
    get properties() {
      properties ??= new Map(
        [...applicationPropertiesOf(content)].map(([name, value]) => [name, toRuleValue(value)]),
      )
      return properties
    },
  }
}

const changeFields = (content: Content, system: RuleChanges['system']): Content => {
  const changed = entries(FIELDS).filter(([name]) => system[name] !== undefined)
  if (changed.length === 0) return content
  const fields = propertiesOf(content)
  for (const [name, field] of changed) {
    const value = system[name] ?? null
    const symbol = name === 'ContentType' && value !== null
    fields[field] = symbol ? typed.symbol(String(value)) : toTyped(value)
  }
  return withProperties(content, fields)
}

const changeAnnotations = (content: Content, system: RuleChanges['system']): Content =>
  entries(ANNOTATIONS).reduce((changed, [name, annotation]) => {
    const value = system[name]
    if (value === undefined) return changed
    return withAnnotation(changed, annotation, value === null ? undefined : toTyped(value))
  }, content)

const timeToLive = (value: RuleValue | undefined): number | undefined => {
  if (typeof value === 'object' && value !== null && 'milliseconds' in value) return value.milliseconds
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
}

/** The content after an action. */
export const applyChanges = (content: Content, changes: RuleChanges): Content => {
  const properties = applicationPropertiesOf(content)
  for (const [name, value] of changes.properties) {
    if (value === undefined) properties.delete(name)
    else properties.set(name, toTyped(value, properties.get(name)))
  }
  const changed = changeAnnotations(changeFields(content, changes.system), changes.system)
  const withAll = withApplicationProperties(changed, properties)
  return 'TimeToLive' in changes.system
    ? { ...withAll, ttlMs: timeToLive(changes.system.TimeToLive) }
    : withAll
}
