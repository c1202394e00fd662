import * as z from 'zod'

/** Tells these messages apart from others on the queue of notifications. */
export const PUSH_DELIVERY_KIND = 'a2a-push'

/**
 * A message on the queue of deliveries: one push notification for one config of a task. It holds ids and what is to be
 * sent, never where to and never a secret: those are read from the config when it is delivered.
 */
export const PushDelivery = z
  .object({
    kind: z.literal(PUSH_DELIVERY_KIND),
    /** The same at every attempt; sent as `X-Notification-Id`. */
    notification_id: z.string().min(1),
    agent_id: z.string().min(1),
    /** The log of the task, under which its configs are kept. */
    stream: z.string().min(1),
    /** '' is the config that has the task's own id. */
    config_id: z.string(),
    task_id: z.string().optional(),
    /** From 1. */
    attempt: z.int().min(1).default(1),
    content_type: z.string().min(1),
    /** The body to send, or the name of the blob that has it. */
    body: z.string().optional(),
    body_blob: z.string().optional(),
  })
  .refine(({ body, body_blob }) => (body === undefined) !== (body_blob === undefined), {
    error: 'must have either body or body_blob',
  })
export type PushDelivery = z.infer<typeof PushDelivery>
