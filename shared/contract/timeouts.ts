import * as z from 'zod'

/** The queue of scheduled messages: what is looked at when a time is over. */
export const TIMEOUTS_QUEUE = 'timeouts'

/** A connection that must have registered by now. */
export const Timeout = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('registration'), connection_id: z.string().min(1) }),
])
export type Timeout = z.infer<typeof Timeout>
