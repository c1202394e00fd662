import { ClientError } from '../client-error.ts'
import type { HttpOptions } from '../http/request-json.ts'
import type { Platform } from '../platform.ts'
import { follow } from './follow.ts'
import { listen } from './listen.ts'
import type { TaskEvent } from './task-event.ts'

export type WatchOptions = {
  /** The first event that is wanted, by its place in the task, from 0. */
  from?: number | undefined
  /** Ends the loop. */
  signal?: AbortSignal | undefined
}

const failed = (taskId: string, event?: TaskEvent): ClientError => {
  const { code, message } = event?.payload ?? {}
  const why = typeof message === 'string' ? message : 'its last event could not be stored'
  return new ClientError('task_failed', `The task ${taskId} failed: ${why}`, {
    details: { ...(code === undefined ? {} : { code }), ...(event === undefined ? {} : { event }) },
  })
}

/**
 * The events of a task in order, those that are stored and then those to come, each once; ends with the task.
 * @throws ClientError `task_failed` when it ends with an error, `task_expired`, `http`
 */
export async function* watch(
  taskId: string,
  { from = 0, signal }: WatchOptions,
  surroundings: { http: HttpOptions; platform: Platform },
): AsyncGenerator<TaskEvent, void, undefined> {
  const leaving = new AbortController()
  const over = signal === undefined ? leaving.signal : AbortSignal.any([leaving.signal, signal])
  const reader = { taskId, signal: over, ...surroundings }
  try {
    for await (const { events, state } of follow(reader, listen(reader), from)) {
      for (const event of events) {
        // What came after the end is no part of the task.
        if (event['late'] === true) return
        yield event
        if (event.event_type === 'final_payload') return
        if (event.event_type === 'error') throw failed(taskId, event)
      }
      if (state === 'expired') throw new ClientError('task_expired', `The task ${taskId} is no longer kept.`)
      if (events.length > 0) continue
      if (state === 'failed') throw failed(taskId)
      if (state === 'closed') return
    }
  } finally {
    leaving.abort()
  }
}
