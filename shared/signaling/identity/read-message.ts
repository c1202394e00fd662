import * as z from 'zod'
import { type SignalMessage, MessageEnvelope, SIGNALING_VERSION } from '../../contract/signaling/message.ts'
import { payloads } from '../../contract/signaling/payloads.ts'
import { normaliseTimestamp } from '../../contract/timestamp.ts'
import { issuesOf } from '../../kernel/parse.ts'
import { type SignalReason, SignalFailure } from '../signal-failure.ts'
import { parseExactJson } from './parse-exact-json.ts'

/** A frame that keeps the rules of the protocol. Who sent it is not proven yet. */
export type ReadMessage = {
  message: SignalMessage
  /** The frame's `timestamp`: milliseconds since the epoch. */
  time: number
  /** The frame as it came: what was signed follows from it. */
  text: string
}

/** Keys of a frame stand in what is said about it. */
const MAX_RULE_CHARACTERS = 300

const malformed = (reason: SignalReason, message: string): SignalFailure => new SignalFailure(reason, message)

const broken = (rule: string): SignalFailure =>
  malformed(
    'schema',
    `The message breaks a rule of the protocol: ${rule.slice(0, MAX_RULE_CHARACTERS)}. Correct it and send it again.`,
  )

/** @throws SignalFailure that names the first key that is wrong. */
const parse = <Output>(schema: z.ZodType<Output>, value: unknown, at?: string): Output => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [{ field, rule } = { field: '', rule: 'it is wrong' }] = issuesOf(result.error)
  const path = [at, field].filter(Boolean).join('.')
  throw broken(path === '' ? rule : `${path}: ${rule}`)
}

const checkSize = (text: string, maxBytes: number): void => {
  if (text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes) return
  throw malformed(
    'too_large',
    `The message has more than ${maxBytes} bytes, which is the most that is taken. Send a smaller one, or what is large over the peer connection.`,
  )
}

const parseText = (text: string): unknown => {
  try {
    return parseExactJson(text)
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it cannot be read'
    throw malformed(
      'not_json',
      `The message is not usable JSON: ${why}. Send one JSON object in each text frame.`,
    )
  }
}

/** Before anything else: another version may have other keys. */
const checkVersion = (value: unknown): void => {
  const { success, data } = z.looseObject({ version: z.string() }).safeParse(value)
  if (!success || data.version === SIGNALING_VERSION) return
  throw new SignalFailure(
    'version',
    `This gateway speaks version ${SIGNALING_VERSION} of the protocol only. Send "version": "${SIGNALING_VERSION}".`,
    { details: { supported: [SIGNALING_VERSION] } },
  )
}

const readTime = (timestamp: string): number => {
  const time = Date.parse(normaliseTimestamp(timestamp) ?? '')
  if (Number.isNaN(time)) {
    throw broken('timestamp: must be an ISO 8601 time in UTC, as 2026-01-12T10:00:00.123Z')
  }
  return time
}

/**
 * Reads a text frame.
 * @throws SignalFailure `not_json`, `too_large`, `version` or `schema`
 */
export const readMessage = (text: string, options: { maxBytes: number }): ReadMessage => {
  checkSize(text, options.maxBytes)
  const value = parseText(text)
  checkVersion(value)
  const envelope = parse(MessageEnvelope, value)
  const payload: unknown = parse<unknown>(payloads[envelope.type], envelope.payload, 'payload')
  return {
    // The payload was parsed by the schema of its type.
    message: { ...envelope, payload } as SignalMessage,
    time: readTime(envelope.timestamp),
    text,
  }
}

const { id, type } = MessageEnvelope.shape
const Head = z.object({ id: id.optional().catch(undefined), type: type.optional().catch(undefined) })

/** What can be read of a frame that need not be valid otherwise: its id is the `correlation_id` of what answers it. */
export const readMessageHead = (text: string): z.infer<typeof Head> => {
  try {
    return Head.parse(JSON.parse(text))
  } catch {
    return {}
  }
}
