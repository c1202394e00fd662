import * as z from 'zod'
import type { Caller } from '../access/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError, notFound } from '../kernel/errors.ts'
import { parseJson } from '../kernel/json.ts'
import type { StreamStateStore } from '../streams/stream-state-store.ts'
import type { StoredEvent, StreamState } from '../streams/stream-state.ts'
import type { Watch } from '../streams/watch.ts'
import type { FindStream } from './resolve-stream.ts'
import { ABORTED } from '../kernel/aborted.ts'

/** Answers the final payload as JSON text, waiting for it up to `waitMs`. */
export type FindFinal = (request: {
  taskId: string
  caller: Caller
  waitMs: number
  signal: AbortSignal
}) => Promise<string>

const WithPayload = z.looseObject({ payload: z.looseObject({}) })
const Word = z.string().optional().catch(undefined)
const ErrorPayload = z.object({ code: Word, message: Word }).catch({})

const payloadOf = (event: StoredEvent | undefined): unknown =>
  event === undefined ? undefined : WithPayload.parse(parseJson(event.body).value).payload

const failed = (message: string, details: Record<string, unknown> = {}): GatewayError =>
  new GatewayError('stream_failed', message, { details })

const failedByAgent = (payload: unknown): GatewayError => {
  const { code, message } = ErrorPayload.parse(payload)
  return failed('The agent ended the task with an error instead of a final payload; see details.', {
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
  })
}

/**
 * Waits for the final payload of a task.
 * @throws GatewayError 404 when none came in time, 500 `stream_failed` when none can come; as ResolveStream.
 */
export const createFindFinal = (options: {
  store: StreamStateStore
  findStream: FindStream
  watch: Watch
  clock: Clock
}): FindFinal => {
  const { store, findStream, watch, clock } = options

  const settle = async (stream: string, state: StreamState | undefined): Promise<string | undefined> => {
    if (state?.status === 'expired') throw notFound('The task is no longer kept: its time is over.')
    if (state?.end !== undefined) {
      const [event] = await store.readEvents(stream, state.end - 1, 1)
      const payload = payloadOf(event)
      if (state.outcome === 'error') throw failedByAgent(payload)
      return JSON.stringify(payload)
    }
    if (state?.failure !== undefined) throw failed(state.failure)
    return undefined
  }

  const waitForEnd = async (stream: string, from: number, signal: AbortSignal): Promise<void> => {
    for await (const item of watch(stream, { from, signal })) {
      if (item.kind !== 'ready' && item.kind !== 'events') return
    }
  }

  return async ({ taskId, caller, waitMs, signal }) => {
    const { stream, state: before } = await findStream(taskId, caller)
    const known = await settle(stream, before)
    if (known !== undefined) return known
    if (waitMs > 0) {
      const over = new AbortController()
      void clock.sleep(waitMs, AbortSignal.any([signal, over.signal])).then(() => over.abort(ABORTED))
      await waitForEnd(stream, before?.next ?? 0, over.signal).finally(() => over.abort(ABORTED))
      const final = await settle(stream, (await store.read(stream))?.value)
      if (final !== undefined) return final
    }
    throw notFound(
      `No final payload came within ${waitMs / 1000} s. Ask again, wait longer with ?wait=, or watch /stream to see how far the task is.`,
    )
  }
}
