import type { RuleDescription } from '../rules/rule.ts'

/** What Azure calls `EntityStatus`: a disabled direction answers `com.microsoft:entity-disabled`. */
export type EntityStatus = 'Active' | 'Disabled' | 'SendDisabled' | 'ReceiveDisabled'

/** What queues, topics and subscriptions have in common. Durations are milliseconds, `MAX_DURATION_MS` means never. */
export type EntitySettings = {
  /** As it was written; names are compared without case. */
  name: string
  defaultTimeToLiveMs: number
  autoDeleteOnIdleMs: number
  status: EntityStatus
  /** Free text of the owner, kept for the administration client. */
  userMetadata: string
  /** Kept for the administration client; changes nothing that a client could see otherwise. */
  enableBatchedOperations: boolean
}

/** What holds messages for receivers: a queue or a subscription. */
export type ReceivableSettings = EntitySettings & {
  /** 5 s to 5 min. */
  lockDurationMs: number
  maxDeliveryCount: number
  requiresSession: boolean
  deadLetterOnExpiration: boolean
  /** Name of the queue or topic that gets every message of this entity. */
  forwardTo?: string
  /** Name of the queue or topic that gets every dead letter of this entity. */
  forwardDeadLetteredMessagesTo?: string
}

/** What accepts messages from senders: a queue or a topic. */
export type SendableSettings = EntitySettings & {
  requiresDuplicateDetection: boolean
  duplicateDetectionWindowMs: number
  maxSizeInMegabytes: number
  /** Kept for the administration client, as is `enableExpress`: one process has no partitions. */
  enablePartitioning: boolean
  enableExpress: boolean
  /** Premium only; absent: the limit of the tier. */
  maxMessageSizeInKilobytes?: number
}

export type QueueSettings = ReceivableSettings & SendableSettings

export type TopicSettings = SendableSettings & { supportOrdering: boolean }

export type SubscriptionSettings = ReceivableSettings & {
  /** A message whose filter fails to evaluate goes to the dead-letter queue instead of being passed over. */
  deadLetterOnFilterError: boolean
}

/** A whole namespace, as a configuration file describes it. */
export type NamespaceSettings = {
  name: string
  queues: QueueSettings[]
  topics: TopicEntry[]
}

export type TopicEntry = { settings: TopicSettings; subscriptions: SubscriptionEntry[] }

export type SubscriptionEntry = { settings: SubscriptionSettings; rules: RuleDescription[] }
