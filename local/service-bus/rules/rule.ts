/**
 * A value that rules compute with: an AMQP integer of any width is a bigint, `float` and `double` are numbers,
 * `timestamp` is a Date, `uuid` a {@link Guid}, `binary` a Uint8Array. `null` is SQL's NULL.
 */
export type RuleValue = null | string | boolean | bigint | number | Date | Guid | TimeSpan | Uint8Array

/** Lower-case text of a UUID, apart from strings because the two never compare equal. */
export type Guid = { guid: string }

/** A .NET `TimeSpan`: the difference of two timestamps, `sys.TimeToLive`. */
export type TimeSpan = { milliseconds: number }

/**
 * A typed constant of a correlation filter or a parameter, as text, so that a rule is plain JSON (journal, Atom, AMQP).
 * `dateTime` is ISO 8601, `binary` is base64.
 */
export type TypedText = {
  type: 'string' | 'boolean' | 'int' | 'long' | 'double' | 'dateTime' | 'guid' | 'duration' | 'binary'
  value: string
}

/** System properties that filters and actions can name, written as in `sys.<Name>`. */
export type SystemProperty =
  | 'ContentType'
  | 'CorrelationId'
  | 'Label'
  | 'MessageId'
  | 'ReplyTo'
  | 'ReplyToSessionId'
  | 'SessionId'
  | 'To'
  | 'PartitionKey'
  | 'ViaPartitionKey'
  | 'ScheduledEnqueueTimeUtc'
  | 'TimeToLive'
  | 'EnqueuedTimeUtc'
  | 'EnqueuedSequenceNumber'
  | 'SequenceNumber'
  | 'DeliveryCount'
  | 'ExpiresAtUtc'
  | 'LockedUntilUtc'
  | 'DeadLetterSource'
  | 'State'
  | 'Size'

/**
 * What a rule sees of a message. Both members may be getters: they are only read by rules that need them, so a topic
 * whose subscriptions take everything never decodes a property. `toRuleValue` (amqp-value.ts) converts rhea's typed values.
 */
export type RuleMessage = {
  /** Absent or null: the message does not have it. */
  readonly system: Readonly<Partial<Record<SystemProperty, RuleValue>>>
  /** Application properties. Names keep their case; SQL looks them up without case. */
  readonly properties: ReadonlyMap<string, RuleValue>
}

/** What an action did to a copy. Later entries have already replaced earlier ones. */
export type RuleChanges = {
  /** null: the property was set to NULL or removed. */
  system: Partial<Record<WritableSystemProperty, RuleValue>>
  /** undefined: the property was removed. Names have the case the message has, if it has the property. */
  properties: ReadonlyMap<string, RuleValue | undefined>
}

/** System properties that an action may set: those a sender sets. */
export type WritableSystemProperty = Extract<
  SystemProperty,
  | 'ContentType'
  | 'CorrelationId'
  | 'Label'
  | 'MessageId'
  | 'ReplyTo'
  | 'ReplyToSessionId'
  | 'SessionId'
  | 'To'
  | 'PartitionKey'
  | 'ViaPartitionKey'
  | 'ScheduledEnqueueTimeUtc'
  | 'TimeToLive'
>

/** The nine fields and the application properties of a correlation filter; all that are present must be equal. */
export type CorrelationFilter = {
  type: 'correlation'
  contentType?: string
  correlationId?: string
  label?: string
  messageId?: string
  replyTo?: string
  replyToSessionId?: string
  sessionId?: string
  to?: string
  properties: Record<string, TypedText>
}

export type SqlFilter = { type: 'sql'; expression: string; parameters?: Record<string, TypedText> }

export type RuleFilter = SqlFilter | CorrelationFilter | { type: 'true' } | { type: 'false' }

export type SqlAction = { expression: string; parameters?: Record<string, TypedText> }

/** One rule of a subscription; plain JSON. */
export type RuleDescription = { name: string; filter: RuleFilter; action?: SqlAction }

/** The rule a new subscription has unless it is given another. */
export const DEFAULT_RULE: RuleDescription = { name: '$Default', filter: { type: 'true' } }

/**
 * A rule ready to run.
 *
 * What a topic does with the rules of one subscription, after
 * https://learn.microsoft.com/azure/service-bus-messaging/topic-filters:
 * all matching rules without an action give one copy together; each matching rule with an action gives a copy of its
 * own, changed by its action, which carries the application property `RuleName` with the rule's name.
 */
export type CompiledRule = {
  readonly name: string
  readonly hasAction: boolean
  /** @throws RuleEvaluationError: dead-letter (or pass over) by `deadLetterOnFilterError` of the subscription. */
  matches(message: RuleMessage): boolean
  /** The changes for the copy of this rule; undefined when the rule has no action. @throws RuleEvaluationError */
  apply(message: RuleMessage): RuleChanges | undefined
}

/** A rule that Azure refuses to store: the text says where and why. */
export class RuleSyntaxError extends Error {
  override name = 'RuleSyntaxError'
}

/** A filter or action that met a value it cannot compute with. */
export class RuleEvaluationError extends Error {
  override name = 'RuleEvaluationError'
}
