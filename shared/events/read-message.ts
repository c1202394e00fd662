import * as z from 'zod'
import { normaliseTimestamp } from '../contract/timestamp.ts'

/**
 * A message as a trigger hands it over. The platform JSON-parses string metadata: a session id that looks like a
 * number arrives as one, with lost digits, so `sessionId` is known only where a string came.
 */
export type ReceivedMessage = {
  /** The path of the queue or subscription it was read from. */
  entity: string
  /** The connection name of its namespace, where it is not the gateway's own. */
  namespace?: string
  body: Uint8Array
  messageId?: string
  sessionId?: string
  correlationId?: string
  subject?: string
  contentType?: string
  applicationProperties: Record<string, unknown>
  sequenceNumber: string
  /** ISO 8601. */
  enqueuedAt: string
  deliveryCount: number
}

/** A text, or what JSON parsing made of one where that can be undone. */
const Text = z
  .unknown()
  .transform((value) => {
    if (typeof value === 'string') return value
    return Number.isSafeInteger(value) || typeof value === 'boolean' ? String(value) : undefined
  })
  .optional()

const Metadata = z.object({
  messageId: Text,
  sessionId: z.string().optional().catch(undefined),
  correlationId: Text,
  subject: Text,
  contentType: Text,
  applicationProperties: z.record(z.string(), z.unknown()).catch({}),
  sequenceNumber: z.union([z.number(), z.string(), z.bigint()]).transform(String).catch('0'),
  /** The platform may leave out the zone: it is UTC. */
  enqueuedTimeUtc: z
    .string()
    .transform((text) => normaliseTimestamp(text) ?? '')
    .catch(''),
  deliveryCount: z.int().catch(1),
})

const toBytes = (body: unknown): Uint8Array => {
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null), 'utf8')
}

const defined = <Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never

/** Reads what a Service Bus trigger (dataType binary, cardinality one) passes. Never throws: every message is read. */
export const readMessage = (entity: string, body: unknown, triggerMetadata: unknown): ReceivedMessage => {
  const { enqueuedTimeUtc, ...metadata } = Metadata.parse(triggerMetadata ?? {})
  return { entity, body: toBytes(body), enqueuedAt: enqueuedTimeUtc, ...defined(metadata) }
}
