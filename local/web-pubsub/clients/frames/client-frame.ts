import * as z from 'zod'
import { MESSAGE_TTL_MAX_SECONDS } from '../../limits.ts'

const ackId = z.int().nonnegative().optional()
const group = z.string()
const streamId = z.string().min(1)
const DataType = z.enum(['text', 'json', 'binary', 'protobuf'])
const dataOf = { dataType: DataType.default('json'), data: z.unknown().optional() }
const maybeData = { dataType: DataType.optional(), data: z.unknown().optional() }

/** What a client may send, in `json.webpubsub.azure.v1` and its reliable sister. */
export const ClientFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('joinGroup'), group, ackId }),
  z.object({ type: z.literal('leaveGroup'), group, ackId }),
  z.object({
    type: z.literal('sendToGroup'),
    group,
    ackId,
    noEcho: z.boolean().default(false),
    ...dataOf,
    metadata: z.record(z.string(), z.string()).optional(),
    ttlSeconds: z.int().min(0).max(MESSAGE_TTL_MAX_SECONDS).optional(),
    stream: z.object({ streamId, idleTimeoutMs: z.int().positive().optional() }).optional(),
  }),
  z.object({ type: z.literal('event'), event: z.string(), ackId, ...dataOf }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('sequenceAck'), sequenceId: z.int().nonnegative() }),
  z.object({
    type: z.literal('invoke'),
    invocationId: z.string().min(1),
    target: z.literal('event').default('event'),
    event: z.string(),
    ...maybeData,
  }),
  z.object({ type: z.literal('cancelInvocation'), invocationId: z.string().min(1) }),
  z.object({
    type: z.literal('streamData'),
    streamId,
    streamSequenceId: z.int().positive().optional(),
    ...maybeData,
  }),
  z.object({
    type: z.literal('streamEnd'),
    streamId,
    error: z.object({ message: z.string().optional(), userErrorCode: z.string().optional() }).optional(),
  }),
])
export type ClientFrame = z.infer<typeof ClientFrame>

/** The frame of one type. */
export type FrameOf<Type extends ClientFrame['type']> = Extract<ClientFrame, { type: Type }>
