import type { Clock } from '../kernel/clock.ts'
import { BoundedMap } from '../kernel/bounded-map.ts'
import { hashText } from '../kernel/ids.ts'
import type { AppendRequest, AppendResult } from './append.ts'
import { afterAppend, newStream, type StreamState } from './stream-state.ts'
import type { StreamStateStore, Versioned } from './stream-state-store.ts'

/** Tries to append by one transaction, on top of what is remembered of the stream. */
export type Commits = {
  /** `undefined`: somebody else has written, or has these very events. */
  tryCommit(requests: readonly AppendRequest[]): Promise<AppendResult[] | undefined>
  forget(stream: string): void
  /** Says that nobody has written a stream yet, and that somebody else sees to it that it is filed. */
  expectNew(stream: string): void
}

/** Streams whose state is remembered between two appends, so that an append is one storage operation. */
const CACHED_STREAMS = 20_000

export const createCommits = (options: { store: StreamStateStore; clock: Clock; ttlMs: number }): Commits => {
  const { store, clock, ttlMs } = options
  /** `undefined`: a stream that has no state yet. */
  const states = new BoundedMap<string, Promise<Versioned<StreamState> | undefined>>(CACHED_STREAMS)

  const file = async (stream: string): Promise<undefined> => {
    await store.fileExpiry(stream, clock.now() + ttlMs)
  }

  // The index row comes before the first event: a stream that nobody files would never be swept.
  const readOrFile = async (stream: string): Promise<Versioned<StreamState> | undefined> =>
    (await store.read(stream)) ?? (await file(stream))

  return {
    tryCommit: async (requests) => {
      const [{ stream = '' } = {}] = requests
      const known = await (states.get(stream) ?? readOrFile(stream))
      let state = known?.value ?? newStream(clock.now())
      if (state.status === 'expired') return requests.map(() => ({ outcome: 'expired' }))
      const events = requests.map(({ body, identity, producer, closes, alias }) => {
        const event = { seq: state.next, body, late: state.status === 'closed' }
        const large = Buffer.byteLength(body) > store.maxInlineBytes
        state = afterAppend(state, { now: clock.now(), large, closes, alias })
        return producer === undefined
          ? { event }
          : { event, producer: { ...producer, hash: hashText(identity ?? body) } }
      })
      const version = await store.commit(stream, { state, version: known?.version, events })
      if (version === undefined) return undefined
      states.set(stream, Promise.resolve({ value: state, version }))
      return events.map(({ event: { seq, late } }) => ({ outcome: 'appended', seq, late }))
    },
    forget: (stream) => void states.delete(stream),
    expectNew: (stream) => void states.set(stream, Promise.resolve(undefined)),
  }
}
