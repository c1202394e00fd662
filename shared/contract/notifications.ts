/** The queue of deliveries to webhooks. */
export const NOTIFICATIONS_QUEUE = 'notifications'
