import * as z from 'zod'
import { MAX_NAME_CHARACTERS, MAX_TASK_ID_CHARACTERS } from './limits.ts'
import { Timestamp } from './timestamp.ts'

export const TaskId = z
  .string()
  .min(1, 'must not be empty')
  .max(MAX_TASK_ID_CHARACTERS, `must have at most ${MAX_TASK_ID_CHARACTERS} characters`)

/** The members whose names differ between the two spellings: camelCase → snake_case. */
const SNAKE_CASE: Record<string, string> = {
  taskId: 'task_id',
  agentId: 'agent_id',
  agentName: 'agent_name',
  eventIndex: 'event_index',
  eventType: 'event_type',
}
const CAMEL_CASE = Object.fromEntries(Object.entries(SNAKE_CASE).map(([camel, snake]) => [snake, camel]))

const rename = (value: unknown, names: Record<string, string>): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const renamed: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    const name = names[key] ?? key
    if (name === key || !Object.hasOwn(value, name)) renamed[name] = member
  }
  return renamed
}

/**
 * An event that an agent publishes. Members may be spelt in camelCase; the parsed value is snake_case.
 * Where both spellings are given, snake_case wins. Unknown members are kept.
 */
export const AgentEvent = z.preprocess(
  (value) => rename(value, SNAKE_CASE),
  z.looseObject({
    task_id: TaskId,
    agent_id: z.string().min(1, 'must not be empty').max(MAX_NAME_CHARACTERS),
    agent_name: z.string().max(MAX_NAME_CHARACTERS),
    event_index: z.int('must be an integer').min(0, 'must be 0 or more'),
    timestamp: Timestamp,
    event_type: z.string().min(1, 'must not be empty').max(MAX_NAME_CHARACTERS),
    payload: z.record(z.string(), z.unknown()),
  }),
)
export type AgentEvent = z.infer<typeof AgentEvent>

/** The same event with the gateway's own members in camelCase (`?case=camel`); payload and unknown members untouched. */
export const toCamelCase = (event: unknown): unknown => rename(event, CAMEL_CASE)

/** The event types that end a stream, and how. */
export const closingOutcome = (eventType: string): 'final' | 'error' | undefined =>
  eventType === 'final_payload' ? 'final' : eventType === 'error' ? 'error' : undefined
