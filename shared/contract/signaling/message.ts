import * as z from 'zod'
import { payloads } from './payloads.ts'

/** The WebSocket sub-protocol of the protocol IoAP 1.0 (seed 2). */
export const SIGNALING_PROTOCOL = 'ioap.v1'
export const SIGNALING_VERSION = '1.0'

/** How the seed's own programs address the gateway; its real DID is in every frame that it sends. */
export const LEGACY_GATEWAY_DID = 'did:key:gateway'

const MAX_ID_CHARACTERS = 128
/** Percent-encoded, a DID is a table key and a group name as it stands: only then are agents found by a range of keys. */
const MAX_DID_CHARACTERS = 400

const encodedLength = (did: string): number => did.replace(/[:%]/g, '%XX').length

/** DID syntax (DID Core 1.0, 3.1). */
export const Did = z
  .string()
  .refine(
    (did) => encodedLength(did) <= MAX_DID_CHARACTERS,
    `must have at most ${MAX_DID_CHARACTERS} characters, ":" and "%" counted as three`,
  )
  .regex(
    /^did:[a-z0-9]+:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*[A-Za-z0-9._-]$/,
    'must be a DID, as did:key:z6Mk…',
  )

const MessageId = z.string().min(1).max(MAX_ID_CHARACTERS)

export const MessageType = z.enum(
  Object.keys(payloads) as [keyof typeof payloads, ...Array<keyof typeof payloads>],
)
export type MessageType = z.infer<typeof MessageType>

/** The envelope of every frame; the payload is checked by its type ({@link payloads}). */
export const MessageEnvelope = z.strictObject({
  id: MessageId,
  correlation_id: MessageId.nullish(),
  /** ISO 8601, UTC, with or without `Z`. */
  timestamp: z.string().max(64),
  from: Did,
  to: Did,
  type: MessageType,
  payload: z.unknown(),
  version: z.string().max(16),
  /** Base64 of the Ed25519 signature over the canonical JSON of the frame without this member. */
  signature: z.string().max(256),
})

type Envelope = Omit<z.infer<typeof MessageEnvelope>, 'type' | 'payload'>

/** A frame of the protocol, both parts checked. */
export type SignalMessage = {
  [Type in MessageType]: Envelope & { type: Type; payload: z.infer<(typeof payloads)[Type]> }
}[MessageType]

export type MessageOf<Type extends MessageType> = Extract<SignalMessage, { type: Type }>
