import type { Caller } from '../access/caller.ts'
import type { StreamStateStore } from '../streams/stream-state-store.ts'
import type { StreamState } from '../streams/stream-state.ts'
import { type MemberCase, renderEvent } from './render-event.ts'
import type { FindStream } from './resolve-stream.ts'

/** One page of a task's events. `next` is the `from` of the following page. */
export type EventPage = {
  task_id: string
  state: 'waiting' | 'open' | 'closed' | 'failed' | 'expired'
  events: unknown[]
  next: number
}

export type ListEvents = (request: {
  taskId: string
  caller: Caller
  from: number
  limit: number
  memberCase: MemberCase
}) => Promise<string>

const nameState = (state: StreamState | undefined): EventPage['state'] => {
  if (state === undefined) return 'waiting'
  const { status, outcome, failure } = state
  if (status === 'open') return failure === undefined ? 'open' : 'failed'
  return status === 'closed' && outcome === 'error' ? 'failed' : status
}

/** Reads one page as JSON text ({@link EventPage}); the events go out as they are stored, digit by digit. */
export const createListEvents =
  (options: { store: StreamStateStore; findStream: FindStream }): ListEvents =>
  async ({ taskId, caller, from, limit, memberCase }) => {
    // In this order: who reads that the stream is closed must find the event that closed it.
    const { stream, state } = await options.findStream(taskId, caller)
    const events = await options.store.readEvents(stream, from, limit)
    const head = { task_id: taskId, state: nameState(state) }
    const shown = head.state === 'expired' ? [] : events
    const texts = shown.map((event) => renderEvent(event, memberCase))
    return `${JSON.stringify(head).slice(0, -1)},"events":[${texts.join(',')}],"next":${from + shown.length}}`
  }
