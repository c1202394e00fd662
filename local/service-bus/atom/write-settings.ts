import { formatDuration } from '../config/duration.ts'
import type {
  EntitySettings,
  QueueSettings,
  ReceivableSettings,
  SendableSettings,
  SubscriptionSettings,
  TopicSettings,
} from '../config/settings.ts'
import type {
  MessageCounts,
  NamespaceInfo,
  QueueEntity,
  SubscriptionEntity,
  TopicEntity,
} from './administration.ts'
import { description, isoTime } from './documents.ts'
import { xml, type Markup } from './xml.ts'

/** Each part of a description by its name. */
type Parts = Record<string, string | number | boolean | Markup | undefined>

/** The order of the elements is part of the contract: .NET readers pass over what comes out of order. */
const QUEUE_ORDER =
  'LockDuration MaxSizeInMegabytes RequiresDuplicateDetection RequiresSession DefaultMessageTimeToLive DeadLetteringOnMessageExpiration DuplicateDetectionHistoryTimeWindow MaxDeliveryCount EnableBatchedOperations SizeInBytes MessageCount Status ForwardTo UserMetadata CreatedAt UpdatedAt AccessedAt SupportOrdering CountDetails AutoDeleteOnIdle EnablePartitioning ForwardDeadLetteredMessagesTo EntityAvailabilityStatus EnableExpress MaxMessageSizeInKilobytes'
const TOPIC_ORDER =
  'DefaultMessageTimeToLive MaxSizeInMegabytes RequiresDuplicateDetection DuplicateDetectionHistoryTimeWindow EnableBatchedOperations SizeInBytes Status UserMetadata CreatedAt UpdatedAt AccessedAt SupportOrdering CountDetails SubscriptionCount AutoDeleteOnIdle EnablePartitioning EntityAvailabilityStatus EnableExpress MaxMessageSizeInKilobytes'
const SUBSCRIPTION_ORDER =
  'LockDuration RequiresSession DefaultMessageTimeToLive DeadLetteringOnMessageExpiration DeadLetteringOnFilterEvaluationExceptions MessageCount MaxDeliveryCount EnableBatchedOperations Status ForwardTo CreatedAt UpdatedAt AccessedAt UserMetadata CountDetails AutoDeleteOnIdle ForwardDeadLetteredMessagesTo EntityAvailabilityStatus'
const NAMESPACE_ORDER = 'CreatedTime MessagingSKU MessagingUnits ModifiedTime Name NamespaceType'

const inOrder = (root: string, order: string, parts: Parts): Markup =>
  description(
    root,
    order.split(' ').flatMap((name) => {
      const part = parts[name]
      if (part === undefined) return []
      return [typeof part === 'object' ? part : xml(name, String(part))]
    }),
  )

const counts = (count: MessageCounts): Markup => {
  const part = (name: string, value: number): Markup => xml(`d2p1:${name}`, String(value))
  return xml(
    'CountDetails',
    [
      part('ActiveMessageCount', count.active),
      part('DeadLetterMessageCount', count.deadLetter),
      part('ScheduledMessageCount', count.scheduled),
      part('TransferMessageCount', count.transfer),
      part('TransferDeadLetterMessageCount', count.transferDeadLetter),
    ],
    { 'xmlns:d2p1': 'http://schemas.microsoft.com/netservices/2011/06/servicebus' },
  )
}

/** Everything an entity holds, in whatever state: what Azure answers as MessageCount. */
const total = (count: MessageCounts): number =>
  count.active + count.deadLetter + count.scheduled + count.transfer + count.transferDeadLetter

const shared = (settings: EntitySettings): Parts => ({
  DefaultMessageTimeToLive: formatDuration(settings.defaultTimeToLiveMs),
  AutoDeleteOnIdle: formatDuration(settings.autoDeleteOnIdleMs),
  Status: settings.status,
  UserMetadata: settings.userMetadata === '' ? undefined : settings.userMetadata,
  EnableBatchedOperations: settings.enableBatchedOperations,
  EntityAvailabilityStatus: 'Available',
})

/** Forwards are answered as addresses, as Azure does. */
const receivable = (settings: ReceivableSettings, base: string): Parts => ({
  LockDuration: formatDuration(settings.lockDurationMs),
  MaxDeliveryCount: settings.maxDeliveryCount,
  RequiresSession: settings.requiresSession,
  DeadLetteringOnMessageExpiration: settings.deadLetterOnExpiration,
  ForwardTo: settings.forwardTo && `${base}${settings.forwardTo}`,
  ForwardDeadLetteredMessagesTo:
    settings.forwardDeadLetteredMessagesTo && `${base}${settings.forwardDeadLetteredMessagesTo}`,
})

const sendable = (settings: SendableSettings): Parts => ({
  RequiresDuplicateDetection: settings.requiresDuplicateDetection,
  DuplicateDetectionHistoryTimeWindow: formatDuration(settings.duplicateDetectionWindowMs),
  MaxSizeInMegabytes: settings.maxSizeInMegabytes,
  MaxMessageSizeInKilobytes: settings.maxMessageSizeInKilobytes,
  EnablePartitioning: settings.enablePartitioning,
  EnableExpress: settings.enableExpress,
})

type Described = { createdAt: number; updatedAt: number; accessedAt: number; counts: MessageCounts }

const runtime = (entity: Described): Parts => ({
  CreatedAt: isoTime(entity.createdAt),
  UpdatedAt: isoTime(entity.updatedAt),
  AccessedAt: isoTime(entity.accessedAt),
  CountDetails: counts(entity.counts),
})

/** @param base What names of other entities are prefixed with, such as `sb://localhost:5300/`. */
export const writeQueue = (queue: QueueEntity, base: string): Markup => {
  const settings: QueueSettings = queue.settings
  return inOrder('QueueDescription', QUEUE_ORDER, {
    ...shared(settings),
    ...receivable(settings, base),
    ...sendable(settings),
    ...runtime(queue),
    SizeInBytes: queue.sizeInBytes,
    MessageCount: total(queue.counts),
    SupportOrdering: true,
  })
}

export const writeTopic = (topic: TopicEntity): Markup => {
  const settings: TopicSettings = topic.settings
  return inOrder('TopicDescription', TOPIC_ORDER, {
    ...shared(settings),
    ...sendable(settings),
    ...runtime(topic),
    SizeInBytes: topic.sizeInBytes,
    SubscriptionCount: topic.subscriptionCount,
    SupportOrdering: settings.supportOrdering,
  })
}

export const writeSubscription = (subscription: SubscriptionEntity, base: string): Markup => {
  const settings: SubscriptionSettings = subscription.settings
  return inOrder('SubscriptionDescription', SUBSCRIPTION_ORDER, {
    ...shared(settings),
    ...receivable(settings, base),
    ...runtime(subscription),
    DeadLetteringOnFilterEvaluationExceptions: settings.deadLetterOnFilterError,
    MessageCount: total(subscription.counts),
  })
}

export const writeNamespace = (namespace: NamespaceInfo): Markup =>
  inOrder('NamespaceInfo', NAMESPACE_ORDER, {
    CreatedTime: isoTime(namespace.createdAt),
    MessagingSKU: namespace.tier,
    MessagingUnits: namespace.tier === 'Premium' ? 1 : undefined,
    ModifiedTime: isoTime(namespace.updatedAt),
    Name: namespace.name,
    NamespaceType: 'Messaging',
  })
