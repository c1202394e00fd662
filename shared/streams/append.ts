import type { Clock } from '../kernel/clock.ts'
import { unavailable } from '../kernel/errors.ts'
import { hashText } from '../kernel/ids.ts'
import { afterAppend, newStream, type ProducerKey, type StreamState } from './stream-state.ts'
import type { StreamStateStore, Versioned } from './stream-state-store.ts'

export type AppendRequest = {
  stream: string
  /** The event as JSON text. */
  body: string
  /** What makes two bodies the same event; defaults to `body`. */
  identity?: string
  producer?: ProducerKey
  closes?: 'final' | 'error' | undefined
}

/**
 * - `appended`: stored at `seq`; `duplicate`: it was already there, with the same content (announce it again: the
 *   process may have died before it announced)
 * - `conflict`: another content stands under the same producer key
 * - `expired`: the stream's time is over
 */
export type AppendResult =
  | { outcome: 'appended' | 'duplicate'; seq: number; late: boolean }
  | { outcome: 'conflict'; seq: number }
  | { outcome: 'expired' }

export type Append = (request: AppendRequest) => Promise<AppendResult>

/** Each failed attempt means that another writer succeeded. */
const MAX_ATTEMPTS = 100

/** Streams whose state is remembered between two appends, so that an append is one storage operation. */
const CACHED_STREAMS = 20_000

/**
 * Appends events to streams: each append is one entity-group transaction that holds the event, the state by
 * compare-and-swap and the producer key. Safe to repeat, and to run in many processes at once.
 */
export const createAppend = (options: { store: StreamStateStore; clock: Clock; ttlMs: number }): Append => {
  const { store, clock, ttlMs } = options
  const cache = new Map<string, Versioned<StreamState>>()

  const remember = (stream: string, state: Versioned<StreamState>): void => {
    cache.delete(stream)
    cache.set(stream, state)
    const oldest = cache.keys().next()
    if (cache.size > CACHED_STREAMS && !oldest.done) cache.delete(oldest.value)
  }

  const current = async (stream: string): Promise<Versioned<StreamState> | undefined> => {
    const known = cache.get(stream) ?? (await store.read(stream))
    // The index row comes before the first event: a stream that nobody files would never be swept.
    if (known === undefined) await store.fileExpiry(stream, clock.now() + ttlMs)
    return known
  }

  const tryCommit = async (request: AppendRequest, hash: string): Promise<AppendResult | undefined> => {
    const { stream, producer, body, closes } = request
    const known = await current(stream)
    const before = known?.value ?? newStream(clock.now())
    if (before.status === 'expired') return { outcome: 'expired' }
    const late = before.status === 'closed'
    const large = Buffer.byteLength(body) > store.maxInlineBytes
    const state = afterAppend(before, { now: clock.now(), large, closes })
    const version = await store.commit(stream, {
      state,
      version: known?.version,
      event: { seq: before.next, body, late },
      ...(producer === undefined ? {} : { producer: { ...producer, hash } }),
    })
    if (version === undefined) return undefined
    remember(stream, { value: state, version })
    return { outcome: 'appended', seq: before.next, late }
  }

  const findEarlier = async (request: AppendRequest, hash: string): Promise<AppendResult | undefined> => {
    if (request.producer === undefined) return undefined
    const earlier = await store.readProducer(request.stream, request.producer)
    if (earlier === undefined) return undefined
    if (earlier.hash !== hash) return { outcome: 'conflict', seq: earlier.seq }
    const [event] = await store.readEvents(request.stream, earlier.seq, 1)
    return { outcome: 'duplicate', seq: earlier.seq, late: event?.late ?? false }
  }

  return async (request) => {
    const hash = hashText(request.identity ?? request.body)
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const result = (await tryCommit(request, hash)) ?? (await findEarlier(request, hash))
      if (result !== undefined) return result
      cache.delete(request.stream)
    }
    throw unavailable(
      `The stream "${request.stream}" is written by so many at once that ${MAX_ATTEMPTS} attempts to append failed. Try again.`,
    )
  }
}
