import { toCamelCase } from '../contract/agent-event.ts'
import { parseJson } from '../kernel/json.ts'
import { encodeSse } from '../kernel/sse.ts'
import type { StoredEvent } from '../streams/stream-state.ts'

export type MemberCase = 'snake' | 'camel'

/** The JSON text of an event as a client gets it: in the spelling it asked for, marked `late` when it came too late. */
export const renderEvent = (event: StoredEvent, memberCase: MemberCase): string => {
  if (memberCase === 'snake' && !event.late) return event.body
  const { value } = parseJson(event.body)
  const spelt = memberCase === 'camel' ? toCamelCase(value) : value
  return JSON.stringify(event.late ? { ...(spelt as object), late: true } : spelt)
}

/** Viewers of one stream share the stored events, so each frame is made once. */
const frames = new WeakMap<StoredEvent, Partial<Record<MemberCase, string>>>()

/** The SSE frame of an event: its seq as id, no event name (clients use `onmessage`). */
export const renderFrame = (event: StoredEvent, memberCase: MemberCase): string => {
  const known = frames.get(event) ?? {}
  const frame =
    known[memberCase] ?? encodeSse({ id: String(event.seq), data: renderEvent(event, memberCase) })
  frames.set(event, { ...known, [memberCase]: frame })
  return frame
}
