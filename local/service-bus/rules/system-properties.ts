import type { SystemProperty, WritableSystemProperty } from './rule.ts'

/** Names as filters may write them, in lower case: the classic names, and those of the newer SDKs. */
const NAMES: ReadonlyMap<string, SystemProperty> = new Map(
  Object.entries({
    ContentType: 'ContentType',
    CorrelationId: 'CorrelationId',
    Label: 'Label',
    Subject: 'Label',
    MessageId: 'MessageId',
    ReplyTo: 'ReplyTo',
    ReplyToSessionId: 'ReplyToSessionId',
    SessionId: 'SessionId',
    To: 'To',
    PartitionKey: 'PartitionKey',
    ViaPartitionKey: 'ViaPartitionKey',
    TransactionPartitionKey: 'ViaPartitionKey',
    ScheduledEnqueueTimeUtc: 'ScheduledEnqueueTimeUtc',
    ScheduledEnqueueTime: 'ScheduledEnqueueTimeUtc',
    TimeToLive: 'TimeToLive',
    EnqueuedTimeUtc: 'EnqueuedTimeUtc',
    EnqueuedTime: 'EnqueuedTimeUtc',
    EnqueuedSequenceNumber: 'EnqueuedSequenceNumber',
    SequenceNumber: 'SequenceNumber',
    DeliveryCount: 'DeliveryCount',
    ExpiresAtUtc: 'ExpiresAtUtc',
    ExpiresAt: 'ExpiresAtUtc',
    LockedUntilUtc: 'LockedUntilUtc',
    LockedUntil: 'LockedUntilUtc',
    DeadLetterSource: 'DeadLetterSource',
    State: 'State',
    Size: 'Size',
  } as const).map(([name, property]) => [name.toLowerCase(), property]),
)

const WRITABLE: ReadonlySet<string> = new Set<WritableSystemProperty>([
  'ContentType',
  'CorrelationId',
  'Label',
  'MessageId',
  'ReplyTo',
  'ReplyToSessionId',
  'SessionId',
  'To',
  'PartitionKey',
  'ViaPartitionKey',
  'ScheduledEnqueueTimeUtc',
  'TimeToLive',
])

/** The system property behind a name, without regard to case. */
export const findSystemProperty = (name: string): SystemProperty | undefined => NAMES.get(name.toLowerCase())

export const isWritable = (property: SystemProperty): property is WritableSystemProperty =>
  WRITABLE.has(property)
