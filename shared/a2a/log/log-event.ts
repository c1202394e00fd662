import * as z from 'zod'
import { Shape, type Said } from '../../contract/a2a/dialect.ts'
import { jsonMembers, jsonObject } from '../../kernel/json-members.ts'
import type { A2aErrorValue } from '../a2a-failure.ts'
import { describeEvent } from '../dialect/describe-event.ts'

/**
 * What stands in the log of a call: events of the task, the one result of an operation that has no task's events, or
 * the failure that ended it. Final payloads (`final`) repeat what the events say; A2A readers skip them.
 */
export type LogEntry =
  | { kind: 'event'; said: Said }
  | { kind: 'result'; said: Said }
  | { kind: 'final'; text: string }
  | { kind: 'failure'; error: A2aErrorValue }

/** Who says it, and as the how manieth thing. */
export type LogFacts = {
  taskId: string
  agentId: string
  agentName: string
  index: number
  /** Milliseconds since the epoch. */
  now: number
}

const ErrorPayload = z.object({
  code: z.string(),
  message: z.string(),
  a2a: z.looseObject({ code: z.int(), message: z.string() }).optional(),
})

const typeOf = (entry: LogEntry): string => {
  if (entry.kind === 'event') return `a2a.${describeEvent(entry.said.text).type}`
  return entry.kind === 'failure' ? 'error' : 'final_payload'
}

const failurePayload = (error: A2aErrorValue): string =>
  JSON.stringify({
    code: error.reason?.toLowerCase() ?? `a2a_${-error.code}`,
    message: error.message,
    a2a: error,
  })

const payloadOf = (entry: LogEntry): string => {
  if (entry.kind === 'event') return entry.said.text
  if (entry.kind === 'final') return entry.text
  if (entry.kind === 'failure') return failurePayload(entry.error)
  return jsonObject([['result', entry.said.text]])
}

const originalOf = (entry: LogEntry): string | undefined => {
  const original = 'said' in entry ? entry.said.original : undefined
  return (
    original &&
    jsonObject([
      ['shape', JSON.stringify(original.shape)],
      ['value', original.text],
    ])
  )
}

/** How an entry closes its stream. */
export const closesWith = (entry: LogEntry): 'final' | 'error' | undefined => {
  if (entry.kind === 'event') return undefined
  return entry.kind === 'failure' ? 'error' : 'final'
}

/** An entry as the AgentEvent that viewers of /stream get, as JSON text: what an agent said stays byte for byte. */
export const encodeLogEvent = (entry: LogEntry, facts: LogFacts): string =>
  jsonObject([
    ['task_id', JSON.stringify(facts.taskId)],
    ['agent_id', JSON.stringify(facts.agentId)],
    ['agent_name', JSON.stringify(facts.agentName)],
    ['event_index', String(facts.index)],
    ['timestamp', JSON.stringify(new Date(facts.now).toISOString())],
    ['event_type', JSON.stringify(typeOf(entry))],
    ['payload', payloadOf(entry)],
    ['original', originalOf(entry)],
    ['extensions', JSON.stringify('said' in entry ? entry.said.extensions : undefined)],
  ])

const toOriginal = (text: string): Said['original'] => {
  const members = jsonMembers(text)
  const shape = Shape.parse(JSON.parse(members.get('shape') ?? 'null'))
  return { shape, text: members.get('value') ?? 'null' }
}

/** What was said, from the members of its event. */
const toSaid = (text: string, members: ReadonlyMap<string, string>): Said => {
  const [original, extensions] = [members.get('original'), members.get('extensions')]
  return {
    text,
    ...(original === undefined ? {} : { original: toOriginal(original) }),
    ...(extensions === undefined ? {} : { extensions: z.string().parse(JSON.parse(extensions)) }),
  }
}

const toFailure = (payload: string): LogEntry => {
  const { message, a2a } = ErrorPayload.parse(JSON.parse(payload))
  return { kind: 'failure', error: (a2a as A2aErrorValue | undefined) ?? { code: -32603, message } }
}

/** Reads an entry back. `undefined`: an event of somebody else. */
export const decodeLogEvent = (body: string): LogEntry | undefined => {
  const members = jsonMembers(body)
  const type: unknown = JSON.parse(members.get('event_type') ?? 'null')
  const payload = members.get('payload') ?? '{}'
  if (type === 'error') return toFailure(payload)
  if (typeof type !== 'string') return undefined
  if (type.startsWith('a2a.')) return { kind: 'event', said: toSaid(payload, members) }
  if (type !== 'final_payload') return undefined
  const result = jsonMembers(payload).get('result')
  if (result === undefined) return { kind: 'final', text: payload }
  return { kind: 'result', said: toSaid(result, members) }
}
