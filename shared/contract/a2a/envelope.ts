import * as z from 'zod'
import { Dialect, Shape } from './dialect.ts'
import { Operation } from './operation.ts'

/** Milliseconds for which an envelope is worth anything. */
const DEFAULT_TTL_MS = 300_000

/** Says what part of a stream an envelope is (seed 2, stream extension). */
export const StreamMetadata = z.object({
  streamId: z.string(),
  chunkType: z.enum(['data', 'event', 'error', 'end']),
  final: z.boolean().default(false),
})

/**
 * The message that crosses the bus (seed 2, MessageEnvelope), with what this gateway adds to it.
 * `payload` is JSON-RPC: the client's own text in a request; `result` in the shape of 1.0, or `error`, in a response.
 */
export const MessageEnvelope = z.object({
  protocol: z.literal('a2a-jsonrpc-sse/1.0').default('a2a-jsonrpc-sse/1.0'),
  group: z.string().default(''),
  to_agent: z.string().default(''),
  from_agent: z.string().default(''),
  correlation_id: z.string().min(1),
  is_stream: z.boolean().default(false),
  /** Place of a response within its epoch, from 0. */
  sequence: z.int().min(0).default(0),
  /** Milliseconds since the epoch; with `ttl` the deadline of a request. */
  timestamp: z.int(),
  ttl: z.int().positive().default(DEFAULT_TTL_MS),
  headers: z.record(z.string(), z.string()).default({}),
  http_path: z.string().default(''),
  stream_metadata: StreamMetadata.optional(),
  /** The deployment that sent it, and gets the responses. */
  from_proxy: z.string().min(1),
  /** The deployment it is for. */
  to_proxy: z.string().min(1),
  /** Which attempt at the call a response is of, from 1. */
  epoch: z.int().min(1).default(1),
  /** A reminder to look after a call whose maker may have died; it never begins one. */
  guard: z.boolean().default(false),
  /** A response that only says that the call goes on: its agent has been silent for long. */
  alive: z.boolean().default(false),
  /** Of a request that was made anew from a dead letter: the correlation id under which it was asked first. */
  redrive_of: z.string().min(1).optional(),
  operation: Operation.default('send'),
  dialect: Dialect.default({ version: '0.3', binding: 'jsonrpc' }),
  /** The shape of what `original` holds: the agent's own words, where they are not 1.0. */
  original_shape: Shape.optional(),
  /** Of a push notification that the agent sent to the deployment that hosts it. */
  notification_id: z.string().optional(),
  /** Sealed: the client's own credentials, for a passthrough agent only. */
  credentials: z.string().optional(),
})
export type MessageEnvelope = z.infer<typeof MessageEnvelope>
