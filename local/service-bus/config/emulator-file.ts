import * as z from 'zod'

/**
 * The configuration file of Microsoft's Service Bus emulator
 * (https://github.com/Azure/azure-service-bus-emulator-installer, Config-schema.json), so that one file serves both.
 * Beyond it, the remaining properties that Azure has for an entity are understood. Unknown keys are refused: a
 * misspelt property must not be passed over. Durations are ISO 8601.
 */
const Status = z.enum(['Active', 'Disabled', 'SendDisabled', 'ReceiveDisabled'])

const shared = {
  DefaultMessageTimeToLive: z.string(),
  AutoDeleteOnIdle: z.string(),
  Status,
  UserMetadata: z.string(),
  /** Stated by Azure for every entity; batching and partitioning change nothing that a client could see here. */
  EnableBatchedOperations: z.boolean(),
}

const receivable = {
  DeadLetteringOnMessageExpiration: z.boolean(),
  LockDuration: z.string(),
  MaxDeliveryCount: z.int(),
  RequiresSession: z.boolean(),
  /** Empty means none, as in Microsoft's sample. */
  ForwardTo: z.string(),
  ForwardDeadLetteredMessagesTo: z.string(),
}

const sendable = {
  DuplicateDetectionHistoryTimeWindow: z.string(),
  RequiresDuplicateDetection: z.boolean(),
  MaxSizeInMegabytes: z.int(),
  MaxMessageSizeInKilobytes: z.int(),
  EnablePartitioning: z.boolean(),
  EnableExpress: z.boolean(),
}

export const QueueProperties = z.strictObject({ ...shared, ...receivable, ...sendable }).partial()
export type QueueProperties = z.infer<typeof QueueProperties>

export const TopicProperties = z
  .strictObject({ ...shared, ...sendable, SupportOrdering: z.boolean() })
  .partial()
export type TopicProperties = z.infer<typeof TopicProperties>

export const SubscriptionProperties = z
  .strictObject({ ...shared, ...receivable, DeadLetteringOnFilterEvaluationExceptions: z.boolean() })
  .partial()
export type SubscriptionProperties = z.infer<typeof SubscriptionProperties>

const CorrelationFilter = z
  .strictObject({
    ContentType: z.string(),
    CorrelationId: z.string(),
    Label: z.string(),
    MessageId: z.string(),
    ReplyTo: z.string(),
    ReplyToSessionId: z.string(),
    SessionId: z.string(),
    To: z.string(),
    Properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .partial()

const Sql = z.strictObject({ SqlExpression: z.string() })

export const RuleProperties = z.discriminatedUnion('FilterType', [
  z.strictObject({
    FilterType: z.literal('Correlation'),
    CorrelationFilter,
    Action: Sql.optional(),
  }),
  z.strictObject({ FilterType: z.literal('Sql'), SqlFilter: Sql, Action: Sql.optional() }),
])
export type RuleProperties = z.infer<typeof RuleProperties>

const Rule = z.strictObject({ Name: z.string(), Properties: RuleProperties })

const Subscription = z.strictObject({
  Name: z.string(),
  Properties: SubscriptionProperties.default({}),
  Rules: z.array(Rule).default([]),
})

const Queue = z.strictObject({ Name: z.string(), Properties: QueueProperties.default({}) })

const Topic = z.strictObject({
  Name: z.string(),
  Properties: TopicProperties.default({}),
  Subscriptions: z.array(Subscription).default([]),
})

const Namespace = z.strictObject({
  Name: z.string(),
  Queues: z.array(Queue).default([]),
  Topics: z.array(Topic).default([]),
})

export const EmulatorFile = z.strictObject({
  UserConfig: z.strictObject({
    Namespaces: z.tuple([Namespace], 'exactly one namespace is supported'),
    /** Where Microsoft's emulator logs to; of no meaning here. */
    Logging: z.unknown().optional(),
  }),
})
export type EmulatorFile = z.infer<typeof EmulatorFile>

/** The file as a user writes it, where defaults may be left out. */
export type EmulatorFileInput = z.input<typeof EmulatorFile>
