/** `TimeSpan.MaxValue` of .NET, P10675199DT2H48M5.4775807S: what Azure stores for "never". */
export const MAX_DURATION_MS = 922_337_203_685_477

/** https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement: default and largest lock. */
export const DEFAULT_LOCK_DURATION_MS = 60_000
export const MAX_LOCK_DURATION_MS = 300_000
/** Smallest lock duration that Azure takes. */
export const MIN_LOCK_DURATION_MS = 5_000

/** Azure's default; Microsoft's emulator documents 3. */
export const DEFAULT_MAX_DELIVERY_COUNT = 10
/** Largest MaxDeliveryCount Azure takes. */
export const MAX_MAX_DELIVERY_COUNT = 2_000

/** https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection: 20 s to 7 days, 10 min by default. */
export const DEFAULT_DUPLICATE_WINDOW_MS = 600_000
export const MIN_DUPLICATE_WINDOW_MS = 20_000
export const MAX_DUPLICATE_WINDOW_MS = 7 * 86_400_000

/** Smallest AutoDeleteOnIdle. */
export const MIN_AUTO_DELETE_ON_IDLE_MS = 300_000

/** Default size of an entity in megabytes. */
export const DEFAULT_MAX_SIZE_MB = 1_024

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas: lengths of names. */
export const MAX_ENTITY_NAME_LENGTH = 260
export const MAX_SUBSCRIPTION_NAME_LENGTH = 50
export const MAX_RULE_NAME_LENGTH = 50

/** Microsoft's emulator takes windows from 5 s (its Config-schema.json), and so do we in its file. */
export const EMULATOR_MIN_DUPLICATE_WINDOW_MS = 5_000

/** https://learn.microsoft.com/azure/service-bus-messaging/message-expiration: the smallest default time to live. */
export const MIN_TIME_TO_LIVE_MS = 1_000
