import * as z from 'zod'

const DAY_SECONDS = 86_400

const seconds = (max: number): z.ZodNumber => z.number().positive().max(max)

/** What the managed identity of the Web PubSub service proves itself with, where the service is used by identity. */
const WebhookSettings = z.strictObject({
  /** The Entra tenant of that identity. */
  tenant_id: z
    .string()
    .regex(/^[\w.-]+$/, 'must be the id of an Entra tenant')
    .optional(),
  /** What the service asks tokens for: the application ID URI in the event handler's settings. */
  audience: z.string().min(1).optional(),
  /** Object ids of identities that may call. */
  object_ids: z.array(z.string().min(1)).default([]),
  /** Who issues the tokens and where its keys are, where that is not the public cloud. */
  issuer: z.string().min(1).optional(),
  jwks_url: z.url({ protocol: /^https?$/, error: 'must be a URL' }).optional(),
})

/** `signaling.*`: agents that connect by WebSocket. */
export const SignalingSettings = z.strictObject({
  /** Seconds of silence after which an agent is let go. */
  agent_timeout: seconds(DAY_SECONDS).default(300),
  /** Seconds between two looks for silent agents. */
  cleanup_interval: z.number().min(10).max(3600).default(60),
  /** Connections of all agents together, registered or not. */
  max_connections: z.int().min(1).default(10_000),
  /** Seconds that a connection has to register. */
  connection_timeout: seconds(3600).default(30),
  /** Cannot be switched off outside a development machine, nor can `validate_dids`. */
  verify_signatures: z.boolean().default(true),
  validate_dids: z.boolean().default(true),
  /** Whether `did:key` in the form of the first IoAP programs is taken beside the standard one. */
  legacy_dids: z.boolean().default(true),
  /** Bytes of a frame. Web PubSub takes 1 MiB, what it adds included. */
  max_message_bytes: z.int().min(1024).max(1_000_000).default(1_000_000),
  /** Frames of one connection per second in the long run, and at once. */
  messages_per_second: z.number().positive().max(10_000).default(100),
  /** At most as many as the ids that a connection remembers. */
  message_burst: z.int().min(1).max(128).default(128),
  /** Milliseconds for which the presence of an agent is taken as it was. */
  presence_cache_ms: z.int().min(0).max(1000).default(1000),
  /** Minutes that an address from /ws/negotiate is good for. */
  url_minutes: z.int().min(1).max(60).default(5),
  webhook: WebhookSettings.prefault({}),
})
