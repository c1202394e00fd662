/** Limits of Azure Web PubSub. The source of each is named; [emulator] is Microsoft's own emulator, 1.0.0-beta.1. */

/** The largest message, over REST and over a WebSocket (service limits: "message size 1 MB"). */
export const MESSAGE_MAX_BYTES = 1_048_576

/** Outbound traffic is billed in messages of 2 KB (pricing page). */
export const BILLED_MESSAGE_BYTES = 2048

/** What a reliable client may leave un-acknowledged before it is closed with 1008 (client specification 3.2). */
export const REPLAY_MAX_MESSAGES = 1000
export const REPLAY_MAX_BYTES = 16 * 1024 * 1024

/** How long the session of a dropped reliable client waits for its recovery (client specification 1.4). */
export const RECOVERY_WINDOW_MS = 30_000

/** Life of a reconnection token (client specification 2.2: "about one week"). */
export const RECONNECTION_TOKEN_SECONDS = 7 * 24 * 3600

/** ackIds remembered per connection [emulator]. */
export const ACK_MEMORY_SIZE = 1000

/** Bytes that wait in the socket of a client that does not read. Not documented; guards the service's memory. */
export const SLOW_CLIENT_MAX_BYTES = 16 * 1024 * 1024

/** Clock skew that a token's times may have [emulator]. */
export const TOKEN_SKEW_SECONDS = 300

/** Longest time to live of a message; 0 means no limit (REST reference, messageTtlSeconds). */
export const MESSAGE_TTL_MAX_SECONDS = 300

/** REST reference: "group name length should be greater than 0 and less than 1025". */
export const GROUP_NAME_MAX_LENGTH = 1024

export const HUB_NAME = /^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/
export const EVENT_NAME = /^[a-z][a-z0-9_.-]{0,127}$/i

/** Page size of the connections of a group (REST reference, maxpagesize). */
export const PAGE_MAX_SIZE = 200

/** Wildcard roles (concept-wildcard-group-roles; the last two: [emulator]). */
export const PATTERN_MAX_STARS = 5
export const PATTERNS_MAX = 10
export const LITERAL_ROLES_MAX = 1000

/** Message metadata: headers X-WebPubSub-Metadata-* and `metadata` of a frame [emulator]. */
export const METADATA_MAX_BYTES = 8 * 1024
export const METADATA_KEY_MAX_BYTES = 256
export const METADATA_VALUE_MAX_BYTES = 1024

/** Hub setting webSocketKeepAliveIntervalInSeconds: default and range (ARM reference). */
export const KEEP_ALIVE_SECONDS = 20
export const KEEP_ALIVE_MIN_SECONDS = 1
export const KEEP_ALIVE_MAX_SECONDS = 120

/** Calls of an event handler [emulator]. */
export const UPSTREAM_TIMEOUT_MS = 100_000
export const UPSTREAM_RETRY_DELAYS_MS = [1000, 3000, 5000] as const
export const UPSTREAM_VALIDATION_TIMEOUT_MS = 10_000
export const UPSTREAM_VALIDATION_LIFE_MS = 60_000

/** Idle time after which a stream without data or keep-alive ends (client specification 3.6.1). */
export const STREAM_IDLE_MS = 300_000

/** A close frame's reason (RFC 6455 5.5.1: a control frame carries at most 125 bytes, 2 of them are the code). */
export const CLOSE_REASON_MAX_BYTES = 123
