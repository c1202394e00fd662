import * as z from 'zod'
import { MAX_NAME_CHARACTERS, MAX_TASK_ID_CHARACTERS } from './limits.ts'
import { Timestamp } from './timestamp.ts'

/** A text that survives UTF-8: half a surrogate pair would be lost on the way and make two ids one. */
const upTo = (max: number): z.ZodString =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .refine((value) => value.isWellFormed(), 'must be valid Unicode: it contains half a surrogate pair')

export const TaskId = upTo(MAX_TASK_ID_CHARACTERS).min(1, 'must not be empty')

/** The members whose names differ between the two spellings: camelCase, snake_case. */
const SPELLINGS = [
  ['taskId', 'task_id'],
  ['agentId', 'agent_id'],
  ['agentName', 'agent_name'],
  ['eventIndex', 'event_index'],
  ['eventType', 'event_type'],
] as const
const TO_SNAKE = new Map<string, string>(SPELLINGS)
const TO_CAMEL = new Map<string, string>(SPELLINGS.map(([camel, snake]) => [snake, camel]))

const rename = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const renamed: Array<[string, unknown]> = []
  for (const [key, member] of Object.entries(value)) {
    const name = names.get(key) ?? key
    if (name === key || !Object.hasOwn(value, name)) renamed.push([name, member])
  }
  // Not by assignment: a member called __proto__ would become the prototype.
  return Object.fromEntries(renamed)
}

/** A number whose digits are kept (JSON.rawJSON) looks like an object; it is none. */
const Payload = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null ? undefined : value,
  z.record(z.string(), z.unknown(), 'must be an object'),
)

/**
 * An event that an agent publishes. Members may be spelt in camelCase; the parsed value is snake_case.
 * Where both spellings are given, snake_case wins. Unknown members are kept.
 */
export const AgentEvent = z.preprocess(
  (value) => rename(value, TO_SNAKE),
  z.looseObject({
    task_id: TaskId,
    agent_id: upTo(MAX_NAME_CHARACTERS).min(1, 'must not be empty'),
    agent_name: upTo(MAX_NAME_CHARACTERS),
    event_index: z.int('must be an integer').min(0, 'must be 0 or more'),
    timestamp: Timestamp,
    event_type: upTo(MAX_NAME_CHARACTERS).min(1, 'must not be empty'),
    payload: Payload,
  }),
)
export type AgentEvent = z.infer<typeof AgentEvent>

/** The same event with the gateway's own members in camelCase (`?case=camel`); payload and unknown members untouched. */
export const toCamelCase = (event: unknown): unknown => rename(event, TO_CAMEL)

/** The event types that end a stream, and how. */
export const closingOutcome = (eventType: unknown): 'final' | 'error' | undefined =>
  eventType === 'final_payload' ? 'final' : eventType === 'error' ? 'error' : undefined
