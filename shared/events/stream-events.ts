import type { Caller } from '../access/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import { encodeSse } from '../kernel/sse.ts'
import type { StreamState } from '../streams/stream-state.ts'
import type { StreamStateStore } from '../streams/stream-state-store.ts'
import type { Watchers, WatchItem } from '../streams/watch.ts'
import { EXPIRED_ID, failureId, type ViewerCursor } from './parse-cursor.ts'
import { type MemberCase, renderFrame } from './render-event.ts'
import type { ResolveStream } from './resolve-stream.ts'
import { ABORTED } from '../kernel/aborted.ts'

export type ViewRequest = {
  taskId: string
  caller: Caller
  cursor: ViewerCursor
  memberCase: MemberCase
  signal: AbortSignal
}

/**
 * `undefined`: nothing will ever follow this cursor (HTTP 204, which ends an EventSource).
 * @throws GatewayError as ResolveStream
 */
export type StreamEvents = (request: ViewRequest) => Promise<AsyncIterable<string> | undefined>

export type StreamEventsOptions = {
  watchers: Watchers
  store: StreamStateStore
  resolve: ResolveStream
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
    leave.abort(ABORTED)
  }
}

type Cursor = Exclude<ViewerCursor, { kind: 'expired' }>

/** A viewer of a stream: what comes, what ends it, and what is known of the stream when the viewer arrives. */
type View = {
  items: AsyncGenerator<WatchItem, void, undefined>
  leave: AbortController
  state: StreamState | undefined
}

const join = async (
  { watchers, store }: Pick<StreamEventsOptions, 'watchers' | 'store'>,
  stream: string,
  { cursor, signal }: { cursor: Cursor; signal: AbortSignal },
): Promise<View> => {
  const leave = new AbortController()
  const items = watchers.watch(stream, { from: cursor.seq, signal: leave.signal })
  // Also frees a stream whose answer nobody ever began to read.
  leave.signal.addEventListener('abort', () => void items.return(), { once: true })
  signal.addEventListener('abort', () => leave.abort(ABORTED), { once: true })
  try {
    const first = await items.next()
    const known = first.done !== true && first.value.kind === 'ready' ? first.value.state : undefined
    const isPast = cursor.kind === 'after' && cursor.seq > (known?.next ?? 0)
    // This process may not have heard yet of the last event the viewer saw elsewhere: the table knows.
    return { items, leave, state: isPast ? (await store.read(stream))?.value : known }
  } catch (error) {
    leave.abort(ABORTED)
    throw error
  }
}

/** Joins the stream of that very id; where there is none, the one that the id leads to. */
const joinTask = async (
  options: StreamEventsOptions,
  { taskId, caller }: ViewRequest,
  viewer: { cursor: Cursor; signal: AbortSignal },
): Promise<View> => {
  const view = await join(options, taskId, viewer)
  if (view.state !== undefined) return view
  const stream = await options.resolve(taskId, caller).catch((error: unknown) => {
    view.leave.abort(ABORTED)
    throw error
  })
  if (stream === taskId) return view
  view.leave.abort(ABORTED)
  return join(options, stream, viewer)
}

async function* only(frame: string): AsyncGenerator<string, void, undefined> {
  yield frame
}

/** Streams the events of a task to one viewer as server-sent events. */
export const createStreamEvents =
  (options: StreamEventsOptions): StreamEvents =>
  async (request) => {
    const { watchers } = options
    const { cursor, memberCase, signal } = request
    if (cursor.kind === 'expired') return undefined
    if (watchers.count().viewers >= options.maxViewers) return only(encodeSse({ retry: options.busyRetryMs }))

    const { items, leave, state } = await joinTask(options, request, { cursor, signal })
    const lost = cursor.kind === 'after' && cursor.seq > (state?.next ?? 0)
    const over = isOver(state, cursor)
    if (over || lost || signal.aborted) leave.abort(ABORTED)
    if (over) return undefined
    return lost ? only(expiredFrame) : toFrames(items, { ...options, memberCase, from: cursor.seq, leave })
  }
