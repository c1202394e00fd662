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
  /** Files a stream that nobody has written yet. */
  prepare(stream: string): Promise<void>
}

/** Streams whose state is remembered between two appends, so that an append is one storage operation. */
const CACHED_STREAMS = 20_000

export const createCommits = (options: { store: StreamStateStore; clock: Clock; ttlMs: number }): Commits => {
  const { store, clock, ttlMs } = options
  const states = new BoundedMap<string, Versioned<StreamState> | 'new'>(CACHED_STREAMS)

  const current = async (stream: string): Promise<Versioned<StreamState> | undefined> => {
    const cached = states.get(stream)
    if (cached === 'new') return undefined
    const known = cached ?? (await store.read(stream))
    // The index row comes before the first event: a stream that nobody files would never be swept.
    if (known === undefined) await store.fileExpiry(stream, clock.now() + ttlMs)
    return known
  }

  return {
    tryCommit: async (requests) => {
      const [{ stream = '' } = {}] = requests
      const known = await current(stream)
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
      states.set(stream, { value: state, version })
      return events.map(({ event: { seq, late } }) => ({ outcome: 'appended', seq, late }))
    },
    forget: (stream) => void states.delete(stream),
    prepare: async (stream) => {
      await store.fileExpiry(stream, clock.now() + ttlMs)
      states.set(stream, 'new')
    },
  }
}
