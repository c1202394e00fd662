import * as z from 'zod'

/** Seconds after which Azure's front end drops a connection on which nothing was sent (Azure load balancer). */
const FRONT_END_IDLE_SECONDS = 230

const upTo = (max: number): z.ZodNumber => z.number().positive().max(max)

/** `streams.*`: how tasks are watched and how long they are kept. */
export const StreamsSettings = z.strictObject({
  /** Seconds until an SSE answer of /stream ends quietly and the client resumes with its cursor. */
  slice_seconds: upTo(FRONT_END_IDLE_SECONDS).default(200),
  /** Seconds between two comments on a silent stream: proxies keep the connection, lost clients are noticed. */
  comment_seconds: upTo(FRONT_END_IDLE_SECONDS).default(15),
  /** Milliseconds an EventSource waits before it reconnects (the SSE field `retry`). */
  retry_ms: z.int().min(0).max(60_000).default(1000),
  /** Milliseconds an EventSource waits when the instance has no room for another viewer. */
  busy_retry_ms: z.int().min(0).max(600_000).default(5000),
  /** Seconds between two looks at the state of a watched stream, for when a bell was lost. */
  poll_seconds: upTo(60).default(2),
  /** Hours after the last append until a stream is deleted. */
  ttl_hours: upTo(24 * 365 * 10).default(168),
  /** Viewers that one instance serves at the same time. */
  max_viewers: z.int().min(1).default(2000),
  /** Minutes for which a ticket, and the WebSocket address given with it, lets a viewer in. */
  ticket_minutes: upTo(60).default(5),
})
