import * as z from 'zod'
import { ProxyId } from '../../contract/agents/proxy-id.ts'
import { MAX_WAIT_SECONDS } from '../../contract/limits.ts'

const KIB = 1024
const MIB = 1024 * KIB
const DAY_SECONDS = 86_400

const seconds = (max: number): z.ZodNumber => z.number().positive().max(max)

const BreakerSettings = z.strictObject({
  /** Failures in a row after which an agent is not called for a while. */
  failures: z.int().min(1).max(1000).default(5),
  /** Seconds until it is tried again. */
  open_seconds: seconds(3600).default(30),
})

/** `a2a.*`: calls of agents. */
export const A2aSettings = z.strictObject({
  /** Id of this deployment; by default that of workspace/proxy-config.yaml, else the name of the function app. */
  proxy_id: ProxyId.optional(),
  /** Seconds to a first answer: of a connected agent, and of a call that another deployment makes. */
  first_answer_seconds: seconds(MAX_WAIT_SECONDS).default(30),
  /** Seconds after which a blocking send answers the task as it stands. */
  send_wait_seconds: seconds(MAX_WAIT_SECONDS).default(200),
  /** Minutes that a stream lasts at most: below the `functionTimeout` of host.json. */
  stream_minutes: seconds(29).default(28),
  /** Seconds between two comments on a silent stream. */
  comment_seconds: seconds(230).default(15),
  /** Milliseconds that what an agent says to a send waits for more, so that a short call is one write. */
  linger_ms: z.int().min(0).max(1000).default(20),
  /** Seconds for which a call belongs to the process that makes it, without a sign of life. */
  lease_seconds: seconds(600).default(30),
  /** Minutes without a sign of life after which a call that another deployment makes has failed. */
  idle_minutes: seconds(DAY_SECONDS / 60).default(5),
  /** Hours that the session of a call is kept, and ids that count once: those of REGISTERs must outlive their time. */
  session_hours: z
    .number()
    .min(0.25)
    .max(24 * 365)
    .default(24),
  /** Seconds after which a request on the bus is no longer worth doing. */
  request_ttl_seconds: seconds(DAY_SECONDS).default(300),
  /** Gateways that a request may pass. */
  max_hops: z.int().min(1).max(100).default(3),
  /** Bytes of a message. */
  max_message_bytes: z
    .int()
    .min(KIB)
    .max(100 * MIB)
    .default(MIB),
  /** Streams that one instance has open at the same time. */
  max_concurrent_streams: z.int().min(1).default(200),
  /** Bytes of one stream that may wait to be stored. */
  stream_buffer_bytes: z
    .int()
    .min(KIB)
    .default(10 * MIB),
  /** Unanswered requests of one instance on the bus. */
  queue_depth_threshold: z.int().min(1).default(5000),
  /** Seconds for which an agent card is taken as it was. */
  card_cache_seconds: z.number().min(0).max(DAY_SECONDS).default(300),
  /** Seconds for which the registry is taken as it was. */
  registry_cache_seconds: z.number().min(0).max(3600).default(5),
  breaker: BreakerSettings.prefault({}),
  /** Whether X-Forwarded-Host tells the address of the gateway, where PUBLIC_URL is not set. */
  trust_forwarded_host: z.boolean().default(false),
  /** The agent that answers at the origin itself. */
  default_agent: z.string().min(1).optional(),
  /** Header of a notification in which its token is sent, beside A2A-Notification-Token. */
  notification_token_header: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header')
    .default('X-A2A-Notification-Token'),
})
