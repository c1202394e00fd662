/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-auto-forwarding: hops of one message. */
export const MAX_FORWARD_HOPS = 4

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas */
export const MAX_MESSAGE_BYTES = { standard: 256 * 1024, premium: 1024 * 1024 } as const
export const MAX_PREMIUM_MESSAGE_BYTES = 100 * 1024 * 1024
export const MAX_SESSION_ID_LENGTH = 128
export const MAX_MESSAGE_ID_LENGTH = 128
/** Properties of a message together, header included. */
export const MAX_PROPERTIES_BYTES = 64 * 1024

/** Messages that one peek answers at most, and about how many bytes of them. */
export const MAX_PEEK_MESSAGES = 250
export const MAX_PEEK_BYTES = 1024 * 1024
