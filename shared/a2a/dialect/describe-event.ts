import * as z from 'zod'
import { BoundedMap } from '../../kernel/bounded-map.ts'
import { parseJson } from '../../kernel/json.ts'
import { a2aFailure } from '../a2a-failure.ts'
import { isInterrupted, isTerminal } from './task-state.ts'

/** What an event is about. `ends`: nothing more comes (`terminal`, also a message), or the client is waited for. */
export type EventFacts = {
  type: 'task' | 'status' | 'artifact' | 'message'
  taskId?: string
  contextId?: string
  /** A state of 1.0. */
  state?: string
  ends: 'terminal' | 'interrupted' | undefined
}

const NO_EVENT =
  'The agent answered with an event that is none: A2A 1.0 asks for one of task, message, statusUpdate, artifactUpdate.'

const id = z.string().min(1).optional().catch(undefined)
const status = z
  .object({ state: z.string().optional().catch(undefined) })
  .optional()
  .catch(undefined)
const Facts = z.object({ taskId: id, contextId: id }).catch({})
const Event = z
  .object({
    task: z.object({ id, contextId: id, status }).optional(),
    message: Facts.optional(),
    statusUpdate: z.object({ taskId: id, contextId: id, status }).optional(),
    artifactUpdate: Facts.optional(),
  })
  .refine((event) => Object.keys(event).length > 0)

const endOf = (state: string | undefined): EventFacts['ends'] => {
  if (isTerminal(state)) return 'terminal'
  return isInterrupted(state) ? 'interrupted' : undefined
}

type Ids = { taskId?: string | undefined; contextId?: string | undefined; state?: string | undefined }

const facts = (type: EventFacts['type'], ids: Ids, ends: EventFacts['ends']): EventFacts => {
  const { taskId, contextId, state } = ids
  return {
    type,
    ...(taskId === undefined ? {} : { taskId }),
    ...(contextId === undefined ? {} : { contextId }),
    ...(state === undefined ? {} : { state }),
    ends,
  }
}

const read = (text: string): z.infer<typeof Event> => {
  try {
    return Event.parse(parseJson(text).value)
  } catch (cause) {
    throw a2aFailure('INVALID_AGENT_RESPONSE', NO_EVENT, { cause })
  }
}

const describe = (text: string): EventFacts => {
  const { task, message, statusUpdate, artifactUpdate } = read(text)
  if (task !== undefined) {
    const { id: taskId, contextId, status: now } = task
    return facts('task', { taskId, contextId, state: now?.state }, endOf(now?.state))
  }
  if (message !== undefined) return facts('message', message, 'terminal')
  if (statusUpdate !== undefined) {
    const state = statusUpdate.status?.state
    return facts('status', { ...statusUpdate, state }, endOf(state))
  }
  return facts('artifact', artifactUpdate ?? {}, undefined)
}

/** An event is asked about several times on its way: what was found out is kept, of a few thousand small ones. */
const KEPT = 2000
const MAX_KEPT_CHARACTERS = 4096
const kept = new BoundedMap<string, EventFacts>(KEPT)

/** Large ones are asked about in a row: the last one is kept. */
let latest: { text: string; facts: EventFacts } | undefined

/**
 * What a StreamResponse of 1.0 is about.
 * @throws A2aFailure INVALID_AGENT_RESPONSE when it is none.
 */
export const describeEvent = (text: string): EventFacts => {
  const known = latest?.text === text ? latest.facts : kept.get(text)
  if (known !== undefined) return known
  const facts = describe(text)
  if (text.length <= MAX_KEPT_CHARACTERS) kept.set(text, facts)
  else latest = { text, facts }
  return facts
}
