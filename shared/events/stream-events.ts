import type { Clock } from '../kernel/clock.ts'
import { encodeSse } from '../kernel/sse.ts'
import type { StreamState } from '../streams/stream-state.ts'
import type { StreamStateStore } from '../streams/stream-state-store.ts'
import type { Watchers, WatchItem } from '../streams/watch.ts'
import { EXPIRED_ID, failureId, type ViewerCursor } from './parse-cursor.ts'
import { type MemberCase, renderFrame } from './render-event.ts'

export type ViewRequest = {
  taskId: string
  cursor: ViewerCursor
  memberCase: MemberCase
  signal: AbortSignal
}

/** `undefined`: nothing will ever follow this cursor (HTTP 204, which ends an EventSource). */
export type StreamEvents = (request: ViewRequest) => Promise<AsyncIterable<string> | undefined>

export type StreamEventsOptions = {
  watchers: Watchers
  store: StreamStateStore
  clock: Clock
  sliceMs: number
  commentMs: number
  retryMs: number
  busyRetryMs: number
  maxViewers: number
}

/** Characters after which a chunk goes out, so that many stored events are neither many writes nor one huge one. */
const CHUNK_CHARACTERS = 64 * 1024

const expiredFrame = encodeSse({
  event: 'failure',
  id: EXPIRED_ID,
  data: JSON.stringify({
    code: 'stream_expired',
    message:
      'The stream is no longer kept: its time is over. Publish the task again, under a new id, to watch it.',
  }),
})

const failedFrame = (seq: number, reason: string): string =>
  encodeSse({
    event: 'failure',
    id: failureId(seq),
    data: JSON.stringify({ code: 'stream_failed', message: reason }),
  })

const isOver = (state: StreamState | undefined, cursor: ViewerCursor): boolean => {
  if (cursor.kind === 'expired') return true
  if (state?.end !== undefined && cursor.seq >= state.end) return true
  return (
    cursor.kind === 'after' && cursor.sawFailure && state?.failure !== undefined && cursor.seq >= state.next
  )
}

function* chunksOf(item: WatchItem, seq: number, memberCase: MemberCase): Generator<string> {
  if (item.kind === 'expired') yield expiredFrame
  if (item.kind === 'failed') yield failedFrame(seq, item.reason)
  if (item.kind !== 'events') return
  let chunk = ''
  for (const event of item.events) {
    chunk += renderFrame(event, memberCase)
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

/** Turns what a watcher gets into SSE: with comments while nothing happens, until the slice is over. */
async function* toFrames(
  items: AsyncGenerator<WatchItem, void, undefined>,
  options: StreamEventsOptions & { memberCase: MemberCase; from: number; leave: AbortController },
): AsyncGenerator<string, void, undefined> {
  const { clock, commentMs, retryMs, sliceMs, memberCase, leave } = options
  const sliceEnd = clock.now() + sliceMs
  const tick = (): Promise<'tick'> =>
    clock.sleep(Math.max(0, Math.min(commentMs, sliceEnd - clock.now())), leave.signal).then(() => 'tick')
  /** A failure is seen where it is awaited; a slice that ends before has no use for it. */
  const next = (): Promise<IteratorResult<WatchItem, void>> => {
    const item = items.next()
    item.catch(() => undefined)
    return item
  }
  let seq = options.from
  try {
    yield encodeSse({ retry: retryMs })
    let ticking = tick()
    let pending = next()
    while (!leave.signal.aborted && clock.now() < sliceEnd) {
      const winner = await Promise.race([pending, ticking])
      if (winner === 'tick') {
        if (clock.now() >= sliceEnd || leave.signal.aborted) return
        yield encodeSse({ comment: '' })
        ticking = tick()
        continue
      }
      if (winner.done === true) return
      yield* chunksOf(winner.value, seq, memberCase)
      if (winner.value.kind === 'events') seq = (winner.value.events.at(-1)?.seq ?? seq - 1) + 1
      pending = next()
    }
  } finally {
    leave.abort()
  }
}

/** What is known of the stream when the viewer arrives. */
const firstState = async (
  items: AsyncGenerator<WatchItem, void, undefined>,
  cursor: Exclude<ViewerCursor, { kind: 'expired' }>,
  read: () => Promise<StreamState | undefined>,
): Promise<StreamState | undefined> => {
  const first = await items.next()
  const known = first.done !== true && first.value.kind === 'ready' ? first.value.state : undefined
  const isPast = cursor.kind === 'after' && cursor.seq > (known?.next ?? 0)
  // This process may not have heard yet of the last event the viewer saw elsewhere: the table knows.
  return isPast ? read() : known
}

async function* only(frame: string): AsyncGenerator<string, void, undefined> {
  yield frame
}

/** Streams the events of a task to one viewer as server-sent events. */
export const createStreamEvents =
  (options: StreamEventsOptions): StreamEvents =>
  async ({ taskId, cursor, memberCase, signal }) => {
    const { watchers, store } = options
    if (cursor.kind === 'expired') return undefined
    if (watchers.count().viewers >= options.maxViewers) return only(encodeSse({ retry: options.busyRetryMs }))

    const leave = new AbortController()
    const items = watchers.watch(taskId, { from: cursor.seq, signal: leave.signal })
    // Also frees a stream whose answer nobody ever began to read.
    leave.signal.addEventListener('abort', () => void items.return(), { once: true })
    signal.addEventListener('abort', () => leave.abort(), { once: true })
    const read = async (): Promise<StreamState | undefined> => (await store.read(taskId))?.value
    const state = await firstState(items, cursor, read).catch((error: unknown) => {
      leave.abort()
      throw error
    })
    const lost = cursor.kind === 'after' && cursor.seq > (state?.next ?? 0)
    const over = isOver(state, cursor)
    if (over || lost || signal.aborted) leave.abort()
    if (over) return undefined
    return lost ? only(expiredFrame) : toFrames(items, { ...options, memberCase, from: cursor.seq, leave })
  }
