/** https://learn.microsoft.com/rest/api/servicebus/entities-discovery: entries of a page. */
export const MAX_PAGE_ENTRIES = 100

/** Largest body of a request; ours, so that a wrong client cannot fill the memory. */
export const MAX_BODY_BYTES = 1024 * 1024

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas: message sizes in KB. */
export const STANDARD_MAX_MESSAGE_KB = 256
export const PREMIUM_MIN_MESSAGE_KB = 1_024
export const PREMIUM_MAX_MESSAGE_KB = 102_400
