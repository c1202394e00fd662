import { type Caller, developmentCaller } from '../../shared/access/caller.ts'
import { parseCursor } from '../../shared/events/parse-cursor.ts'
import { createStreamEvents, type StreamEventsOptions } from '../../shared/events/stream-events.ts'
import { createFail } from '../../shared/streams/fail.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'
import { openWatch, whileTimePasses } from './open-watch.ts'
import { parseSse, type ParsedStream } from './parse-sse.ts'

const HOUR_MS = 3_600_000

export type Ask = {
  lastEventId?: string
  from?: number
  memberCase?: 'snake' | 'camel'
  signal?: AbortSignal
  caller?: Caller
}

export const readText = async (frames: AsyncIterable<string>): Promise<string> => {
  let text = ''
  for await (const frame of frames) text += frame
  return text
}

/**
 * SSE over a store, with a bell and a clock that the test owns; `options` and `watch` change what a deployment has.
 */
export const openStreamEvents = (
  store: StreamStateStore,
  options: Partial<StreamEventsOptions> = {},
  watch: Parameters<typeof openWatch>[1] = {},
) => {
  const bench = openWatch(store, watch)
  const { bell, clock, watchers } = bench
  const streamEvents = createStreamEvents({
    watchers,
    store,
    resolve: async (taskId) => taskId,
    clock,
    sliceMs: 200_000,
    commentMs: 15_000,
    retryMs: 1000,
    busyRetryMs: 5000,
    maxViewers: 2000,
    ...options,
  })
  const ask = (
    taskId: string,
    { lastEventId, from = 0, memberCase = 'snake', signal, caller = developmentCaller }: Ask = {},
  ) =>
    streamEvents({
      taskId,
      caller,
      cursor: parseCursor({ lastEventId: lastEventId ?? null, from }),
      memberCase,
      signal: signal ?? new AbortController().signal,
    })
  /** The whole answer as a client understands it; '204' when there is none. Time passes until it ends. */
  const watchTask = async (taskId: string, request: Ask = {}): Promise<ParsedStream | '204'> => {
    const frames = await ask(taskId, request)
    return frames === undefined ? '204' : parseSse(await whileTimePasses(clock, readText(frames)))
  }
  /** What is held for viewers, once those that left have been noticed. */
  const idle = async (): Promise<unknown> => {
    await new Promise(setImmediate)
    return [watchers.count(), bell.listening(), clock.sleeping()]
  }
  return { ...bench, ask, watchTask, idle, fail: createFail({ store, bell, clock, ttlMs: HOUR_MS }) }
}

/** What {@link openStreamEvents} holds when nobody watches. */
export const NOTHING = [{ streams: 0, viewers: 0 }, 0, 0]

/** The ids of an answer, in order. */
export const idsOf = (stream: ParsedStream | '204'): string[] =>
  stream === '204' ? ['204'] : stream.events.map(({ lastEventId }) => lastEventId)
