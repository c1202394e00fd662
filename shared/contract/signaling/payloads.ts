import * as z from 'zod'
import { SignalErrorCode } from './error-code.ts'

const MAX_NAME_CHARACTERS = 256
const MAX_TEXT_CHARACTERS = 4096
const MAX_CAPABILITIES = 64
/** Every process remembers the agents that it talks to, thousands of them, with their cards. */
const MAX_CARD_CHARACTERS = 32_768

const Text = z.string().max(MAX_TEXT_CHARACTERS)
/** Members that the seed's own programs write as null when they have no value. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish()
const Json = z.record(z.string(), z.unknown())
const Card = Json.refine(
  (card) => JSON.stringify(card).length <= MAX_CARD_CHARACTERS,
  `must have at most ${MAX_CARD_CHARACTERS} characters as JSON`,
)

/** The first frame of a connection. Everything below `public_key` is this gateway's own and may be left out. */
export const RegisterPayload = z.strictObject({
  /** Base58 of the 32 bytes; the DID itself is taken for it too. */
  public_key: z.string().min(1).max(MAX_NAME_CHARACTERS),
  /** `a2a`: takes EXEC_REQUESTs of the gateway, so that A2A clients can call it. Others are for discovery. */
  capabilities: optional(z.array(z.string().min(1).max(MAX_NAME_CHARACTERS)).max(MAX_CAPABILITIES)),
  name: optional(z.string().min(1).max(MAX_NAME_CHARACTERS)),
  description: optional(Text),
  /** An A2A 1.0 agent card; its interfaces and signatures are replaced. */
  card: optional(Card),
  /** The nonce of the connection, where it asked for one. */
  nonce: optional(z.string().max(MAX_NAME_CHARACTERS)),
})
export type RegisterPayload = z.infer<typeof RegisterPayload>

/** Answers REGISTER. `agent_timeout`: seconds of silence after which the gateway lets the agent go. */
export const RegisteredPayload = z.strictObject({
  did: z.string(),
  agent_id: z.string(),
  generation: z.int(),
  agent_timeout: z.number(),
})
export type RegisteredPayload = z.infer<typeof RegisteredPayload>

export const UnregisterPayload = z.strictObject({ reason: optional(Text) })

const DescriptionPayload = z.strictObject({ sdp: z.string() })

export const IceCandidatePayload = z.strictObject({
  candidate: z.string(),
  sdp_mid: optional(z.string()),
  sdp_mline_index: optional(z.int()),
})

const SequencePayload = z.strictObject({ sequence: optional(z.int()) })

export const ErrorPayload = z.strictObject({
  code: SignalErrorCode,
  message: z.string(),
  details: optional(Json),
})
export type ErrorPayload = z.infer<typeof ErrorPayload>

const IntentPayload = z.strictObject({
  query: optional(z.string()),
  context: optional(z.string()),
  task: optional(z.string()),
  params: optional(Json),
  status: optional(z.string()),
  required_input: optional(z.string()),
  cost: optional(z.string()),
})

export const ExecRequestPayload = z.strictObject({
  args: Json.optional(),
  timeout_ms: optional(z.number()),
  stream: optional(z.boolean()),
})
export type ExecRequestPayload = z.infer<typeof ExecRequestPayload>

/** An error of A2A with its JSON-RPC code, or the seed's plain text. */
export const ExecError = z.union([
  z.string(),
  z.strictObject({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
])
export type ExecError = z.infer<typeof ExecError>

/** `status` to the gateway: streaming, completed or failed; between agents whatever they agree on. */
export const ExecResponsePayload = z.strictObject({
  result: z.unknown().optional(),
  error: optional(ExecError),
  status: z.string().optional(),
  execution_time_ms: optional(z.number()),
  stream_url: optional(z.string()),
})
export type ExecResponsePayload = z.infer<typeof ExecResponsePayload>

/** What each type carries; a key that is not listed is refused. */
export const payloads = {
  REGISTER: RegisterPayload,
  REGISTERED: RegisteredPayload,
  UNREGISTER: UnregisterPayload,
  OFFER: DescriptionPayload,
  ANSWER: DescriptionPayload,
  ICE_CANDIDATE: IceCandidatePayload,
  PING: SequencePayload,
  PONG: SequencePayload,
  ERROR: ErrorPayload,
  INTENT: IntentPayload,
  EXEC_REQUEST: ExecRequestPayload,
  EXEC_RESPONSE: ExecResponsePayload,
} as const
