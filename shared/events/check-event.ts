import * as z from 'zod'
import { AgentEvent, closingOutcome, TaskId } from '../contract/agent-event.ts'
import { MAX_EVENT_BYTES, MAX_NAME_CHARACTERS } from '../contract/limits.ts'
import { canonicalJson, parseJson } from '../kernel/json.ts'
import type { QuarantineReason } from './dead-letter.ts'
import type { ReceivedMessage } from './read-message.ts'

/** An event that may be appended: `body` is what is stored, `identity` what makes two of them the same. */
export type CheckedEvent = { event: AgentEvent; body: string; identity: string; exact: boolean }

/** Why a message is not an event, and what could be read of it all the same. */
export type Rejection = {
  reason: QuarantineReason
  description: string
  taskId?: string | undefined
  agentId?: string | undefined
  /** Whether it was to end its task. */
  wasFinal: boolean
}

const TaskHint = TaskId.optional().catch(undefined)
const AgentHint = z
  .string()
  .transform((text) => text.slice(0, MAX_NAME_CHARACTERS))
  .optional()
  .catch(undefined)

/** What an invalid event says of itself, as far as it makes sense and is short enough to be kept as a fact. */
const Hint = z
  .object({
    task_id: TaskHint,
    taskId: TaskHint,
    agent_id: AgentHint,
    agentId: AgentHint,
    event_type: z.unknown().optional(),
    eventType: z.unknown().optional(),
  })
  .catch({ event_type: undefined, eventType: undefined })

const reject = (reason: QuarantineReason, description: string, value?: unknown): { rejection: Rejection } => {
  const hint = Hint.parse(value)
  const rejection: Rejection = {
    reason,
    description,
    taskId: hint.task_id ?? hint.taskId,
    agentId: hint.agent_id ?? hint.agentId,
    wasFinal: closingOutcome(hint.event_type ?? hint.eventType) !== undefined,
  }
  return { rejection }
}

const describeIssues = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'the event'}: ${issue.message}`).join('; ')

/** Two texts of one event: deep nesting is the one thing that parses and cannot be written again. */
const writeTexts = (event: AgentEvent): { body: string; identity: string } | undefined => {
  try {
    return { body: JSON.stringify(event), identity: canonicalJson(event) }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const readJson = (bytes: Uint8Array): { value: unknown; exact: boolean } | undefined => {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** What an event that is too large says of itself: read for that alone, and not as what it would be stored as. */
const readLoosely = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** Checks a message from an agent: size, JSON, schema, session. Descriptions never repeat what the payload says. */
export const checkEvent = (message: ReceivedMessage): CheckedEvent | { rejection: Rejection } => {
  const { body: bytes, sessionId } = message
  if (bytes.length > MAX_EVENT_BYTES) {
    return reject(
      'over_size',
      `The event has ${bytes.length} bytes; at most ${MAX_EVENT_BYTES} are taken. Send a reference.`,
      readLoosely(bytes),
    )
  }
  const json = readJson(bytes)
  if (json === undefined) return reject('invalid_json', 'The body is not JSON in UTF-8.')
  const parsed = AgentEvent.safeParse(json.value)
  if (!parsed.success) return reject('invalid_event', describeIssues(parsed.error), json.value)
  const event = parsed.data
  if (sessionId !== undefined && sessionId !== event.task_id) {
    const description =
      'The session id of the message is not the task_id of the event. They must be the same.'
    return reject('session_mismatch', description, json.value)
  }
  const texts = writeTexts(event)
  if (texts === undefined) return reject('invalid_event', 'The payload is nested too deeply.', json.value)
  return { event, ...texts, exact: json.exact }
}
