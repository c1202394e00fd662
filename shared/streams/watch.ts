import { Feed, type FeedOptions } from './feed.ts'
import type { StoredEvent, StreamState } from './stream-state.ts'

/**
 * What a watcher gets: `ready` at once, with what is known of the stream; events in order; at most one ending.
 * - `closed`: the event that closes the stream was delivered, or the cursor stands past it
 * - `failed`: all stored events were delivered and the stream cannot finish (`reason`)
 * - `expired`: the stream's time is over
 */
export type WatchItem =
  | { kind: 'ready'; state: StreamState | undefined; gone: boolean }
  | { kind: 'events'; events: readonly StoredEvent[] }
  | { kind: 'closed'; end: number; outcome: 'final' | 'error' }
  | { kind: 'failed'; reason: string }
  | { kind: 'expired' }

export type Watch = (
  stream: string,
  options: { from: number; signal: AbortSignal },
) => AsyncGenerator<WatchItem, void, undefined>

const endOf = (feed: Feed, cursor: number): WatchItem | undefined => {
  const { state } = feed
  if (feed.gone || state?.status === 'expired') return { kind: 'expired' }
  if (state?.end !== undefined && cursor >= state.end) {
    return { kind: 'closed', end: state.end, outcome: state.outcome ?? 'final' }
  }
  if (state?.failure !== undefined && cursor >= feed.next) return { kind: 'failed', reason: state.failure }
  return undefined
}

/** Resolves when `change` does or `signal` aborts, and leaves no listener behind. */
const changeOrAbort = (change: Promise<void>, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const onAbort = (): void => resolve()
  signal.addEventListener('abort', onAbort, { once: true })
  void change.then(resolve)
  return promise.finally(() => signal.removeEventListener('abort', onAbort))
}

async function* follow(
  feed: Feed,
  options: { from: number; signal: AbortSignal },
): AsyncGenerator<WatchItem, void, undefined> {
  let cursor = options.from
  yield { kind: 'ready', state: feed.state, gone: feed.gone }
  while (!options.signal.aborted) {
    const ending = endOf(feed, cursor)
    if (ending !== undefined) {
      yield ending
      return
    }
    if (cursor >= feed.next) {
      await changeOrAbort(feed.change, options.signal)
      continue
    }
    const { change } = feed
    const end = feed.state?.end ?? Number.POSITIVE_INFINITY
    const events = (await feed.page(cursor)).filter((event) => event.seq < end && !event.late)
    const last = events.at(-1)
    if (last === undefined) await changeOrAbort(change, options.signal)
    else {
      cursor = last.seq + 1
      yield { kind: 'events', events }
    }
  }
}

/** How many streams and viewers this process serves right now. */
export type Watchers = { watch: Watch; count(): { streams: number; viewers: number } }

type SharedFeed = { opening: Promise<Feed>; feed?: Feed; viewers: number }

/** Watches streams: one feed per stream and process, shared by all its viewers, closed when the last one leaves. */
export const createWatch = (options: FeedOptions): Watchers => {
  const feeds = new Map<string, SharedFeed>()
  let viewers = 0

  const open = async (stream: string, shared: SharedFeed): Promise<Feed> => {
    shared.feed = await Feed.open(stream, options)
    return shared.feed
  }

  const acquire = (stream: string): SharedFeed => {
    const running = feeds.get(stream)
    // A stream that is deleted may begin anew, while somebody has not yet taken notice of its end.
    const shared = running !== undefined && running.feed?.gone !== true ? running : begin(stream)
    shared.viewers++
    viewers++
    return shared
  }

  const begin = (stream: string): SharedFeed => {
    const shared: SharedFeed = { opening: Promise.resolve().then(() => open(stream, shared)), viewers: 0 }
    feeds.set(stream, shared)
    return shared
  }

  const release = (stream: string, shared: SharedFeed): void => {
    viewers--
    if (--shared.viewers > 0) return
    if (feeds.get(stream) === shared) feeds.delete(stream)
    shared.feed?.close()
  }

  return {
    watch: async function* (stream, request) {
      const shared = acquire(stream)
      try {
        yield* follow(await shared.opening, request)
      } finally {
        release(stream, shared)
      }
    },
    count: () => ({ streams: feeds.size, viewers }),
  }
}
