import type { RuleDescription, TypedText } from '../rules/rule.ts'
import { DEFAULT_RULE } from '../rules/rule.ts'
import { parseDuration } from './duration.ts'
import type {
  EmulatorFile,
  QueueProperties,
  RuleProperties,
  SubscriptionProperties,
  TopicProperties,
} from './emulator-file.ts'
import {
  DEFAULT_DUPLICATE_WINDOW_MS,
  DEFAULT_LOCK_DURATION_MS,
  DEFAULT_MAX_DELIVERY_COUNT,
  DEFAULT_MAX_SIZE_MB,
  MAX_DURATION_MS,
} from './limits.ts'
import type {
  EntitySettings,
  NamespaceSettings,
  QueueSettings,
  ReceivableSettings,
  SendableSettings,
  SubscriptionSettings,
  TopicSettings,
} from './settings.ts'

/** A text that is not a duration becomes NaN, which `checkSettings` refuses by the property's name. */
const duration = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : (parseDuration(text) ?? NaN)

const entity = (name: string, properties: TopicProperties | SubscriptionProperties): EntitySettings => ({
  name,
  defaultTimeToLiveMs: duration(properties.DefaultMessageTimeToLive, MAX_DURATION_MS),
  autoDeleteOnIdleMs: duration(properties.AutoDeleteOnIdle, MAX_DURATION_MS),
  status: properties.Status ?? 'Active',
  userMetadata: properties.UserMetadata ?? '',
  enableBatchedOperations: properties.EnableBatchedOperations ?? true,
})

const receivable = (
  properties: QueueProperties | SubscriptionProperties,
): Omit<ReceivableSettings, keyof EntitySettings> => ({
  lockDurationMs: duration(properties.LockDuration, DEFAULT_LOCK_DURATION_MS),
  maxDeliveryCount: properties.MaxDeliveryCount ?? DEFAULT_MAX_DELIVERY_COUNT,
  requiresSession: properties.RequiresSession ?? false,
  deadLetterOnExpiration: properties.DeadLetteringOnMessageExpiration ?? false,
  ...(properties.ForwardTo ? { forwardTo: properties.ForwardTo } : {}),
  ...(properties.ForwardDeadLetteredMessagesTo
    ? { forwardDeadLetteredMessagesTo: properties.ForwardDeadLetteredMessagesTo }
    : {}),
})

const sendable = (
  properties: QueueProperties | TopicProperties,
): Omit<SendableSettings, keyof EntitySettings> => ({
  requiresDuplicateDetection: properties.RequiresDuplicateDetection ?? false,
  duplicateDetectionWindowMs: duration(
    properties.DuplicateDetectionHistoryTimeWindow,
    DEFAULT_DUPLICATE_WINDOW_MS,
  ),
  maxSizeInMegabytes: properties.MaxSizeInMegabytes ?? DEFAULT_MAX_SIZE_MB,
  enablePartitioning: properties.EnablePartitioning ?? false,
  enableExpress: properties.EnableExpress ?? false,
  ...(properties.MaxMessageSizeInKilobytes === undefined
    ? {}
    : { maxMessageSizeInKilobytes: properties.MaxMessageSizeInKilobytes }),
})

/** Settings of a queue with Azure's defaults for what is not stated. */
export const queueSettings = (name: string, properties: QueueProperties = {}): QueueSettings => ({
  ...entity(name, properties),
  ...receivable(properties),
  ...sendable(properties),
})

/** Settings of a topic with Azure's defaults for what is not stated. */
export const topicSettings = (name: string, properties: TopicProperties = {}): TopicSettings => ({
  ...entity(name, properties),
  ...sendable(properties),
  supportOrdering: properties.SupportOrdering ?? true,
})

/** Settings of a subscription with Azure's defaults for what is not stated. */
export const subscriptionSettings = (
  name: string,
  properties: SubscriptionProperties = {},
): SubscriptionSettings => ({
  ...entity(name, properties),
  ...receivable(properties),
  deadLetterOnFilterError: properties.DeadLetteringOnFilterEvaluationExceptions ?? true,
})

const typedText = (value: string | number | boolean): TypedText => {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return { type: 'boolean', value: String(value) }
  if (!Number.isSafeInteger(value)) return { type: 'double', value: String(value) }
  return { type: value === (value | 0) ? 'int' : 'long', value: String(value) }
}

const ruleDescription = (name: string, properties: RuleProperties): RuleDescription => {
  const action =
    properties.Action === undefined ? {} : { action: { expression: properties.Action.SqlExpression } }
  if (properties.FilterType === 'Sql') {
    return { name, filter: { type: 'sql', expression: properties.SqlFilter.SqlExpression }, ...action }
  }
  const { Properties, ...fields } = properties.CorrelationFilter
  const byName = Object.entries(fields).map(([key, value]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    value,
  ])
  const custom = Object.entries(Properties ?? {}).map(([key, value]) => [key, typedText(value)])
  return {
    name,
    filter: { type: 'correlation', ...Object.fromEntries(byName), properties: Object.fromEntries(custom) },
    ...action,
  }
}

/** The namespace a file describes, with Azure's defaults filled in. Not yet checked against Azure's limits. */
export const settingsFromFile = (file: EmulatorFile): NamespaceSettings => {
  const [namespace] = file.UserConfig.Namespaces
  return {
    name: namespace.Name,
    queues: namespace.Queues.map((queue) => queueSettings(queue.Name, queue.Properties)),
    topics: namespace.Topics.map((topic) => ({
      settings: topicSettings(topic.Name, topic.Properties),
      subscriptions: topic.Subscriptions.map((subscription) => ({
        settings: subscriptionSettings(subscription.Name, subscription.Properties),
        rules:
          subscription.Rules.length === 0
            ? [DEFAULT_RULE]
            : subscription.Rules.map((rule) => ruleDescription(rule.Name, rule.Properties)),
      })),
    })),
  }
}
