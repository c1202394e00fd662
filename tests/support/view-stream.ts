import type { WatchItem, Watchers } from '../../shared/streams/watch.ts'

export type Seen = { seqs: number[]; bodies: string[]; ending: WatchItem | undefined }

/** A viewer that reads a stream as fast as it comes. */
export type Viewer = {
  /** Resolves when it has joined. */
  joined: Promise<WatchItem>
  /** What it saw so far. */
  seen: Seen
  /** Resolves at the end of the stream, or when it left. Rejects when the watch breaks. */
  done: Promise<Seen>
  /** Resolves when it saw so many events. */
  has(count: number): Promise<void>
  leave(): void
}

export const viewStream = (watchers: Watchers, stream: string, from = 0): Viewer => {
  const leaving = new AbortController()
  const joined = Promise.withResolvers<WatchItem>()
  const seen: Seen = { seqs: [], bodies: [], ending: undefined }
  let waiting: Array<{ count: number; resolve: () => void }> = []

  const follow = async (): Promise<Seen> => {
    for await (const item of watchers.watch(stream, { from, signal: leaving.signal })) {
      if (item.kind === 'ready') joined.resolve(item)
      else if (item.kind === 'events') {
        seen.seqs.push(...item.events.map(({ seq }) => seq))
        seen.bodies.push(...item.events.map(({ body }) => body))
        for (const { count, resolve } of waiting) if (seen.seqs.length >= count) resolve()
        waiting = waiting.filter(({ count }) => seen.seqs.length < count)
      } else seen.ending = item
    }
    return seen
  }

  const done = follow()
  done.catch((error: unknown) => joined.reject(error))
  return {
    joined: joined.promise,
    seen,
    done,
    has: (count) =>
      new Promise((resolve) => {
        if (seen.seqs.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    leave: () => leaving.abort(),
  }
}
