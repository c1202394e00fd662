import type { Clock } from '../kernel/clock.ts'
import { unavailable } from '../kernel/errors.ts'
import { hashText } from '../kernel/ids.ts'
import { afterAppend, newStream, type ProducerKey, type StreamState, type TaskName } from './stream-state.ts'
import type { StreamStateStore, Versioned } from './stream-state-store.ts'
import { splitAppends } from './split-appends.ts'

export type AppendRequest = {
  stream: string
  /** The event as JSON text. */
  body: string
  /** What makes two bodies the same event; defaults to `body`. */
  identity?: string
  producer?: ProducerKey
  closes?: 'final' | 'error' | undefined
  /** The task that the stream is the log of: its alias goes when the stream goes. */
  alias?: TaskName
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

/** Appends events to one stream, in order; the results are in the same order. */
export type AppendAll = (requests: readonly AppendRequest[]) => Promise<AppendResult[]>

export type Appender = {
  appendAll: AppendAll
  /** Files a stream that nobody has written yet, so that its first append is one operation like every other. */
  prepare(stream: string): Promise<void>
}

/** Each failed attempt means that another writer succeeded. */
const MAX_ATTEMPTS = 100

/** Streams whose state is remembered between two appends, so that an append is one storage operation. */
const CACHED_STREAMS = 20_000

/**
 * Appends events to streams: each append is one entity-group transaction that holds the events, the state by
 * compare-and-swap and the producer keys. Safe to repeat, and to run in many processes at once.
 */
export const createAppender = (options: {
  store: StreamStateStore
  clock: Clock
  ttlMs: number
}): Appender => {
  const { store, clock, ttlMs } = options
  const cache = new Map<string, Versioned<StreamState> | 'new'>()

  const remember = (stream: string, state: Versioned<StreamState> | 'new'): void => {
    cache.delete(stream)
    cache.set(stream, state)
    const oldest = cache.keys().next()
    if (cache.size > CACHED_STREAMS && !oldest.done) cache.delete(oldest.value)
  }

  const current = async (stream: string): Promise<Versioned<StreamState> | undefined> => {
    const cached = cache.get(stream)
    if (cached === 'new') return undefined
    const known = cached ?? (await store.read(stream))
    // The index row comes before the first event: a stream that nobody files would never be swept.
    if (known === undefined) await store.fileExpiry(stream, clock.now() + ttlMs)
    return known
  }

  const tryCommit = async (requests: readonly AppendRequest[]): Promise<AppendResult[] | undefined> => {
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
    remember(stream, { value: state, version })
    return events.map(({ event: { seq, late } }) => ({ outcome: 'appended', seq, late }))
  }

  const findEarlier = async (request: AppendRequest): Promise<AppendResult | undefined> => {
    const { stream, producer, identity, body } = request
    if (producer === undefined) return undefined
    const earlier = await store.readProducer(stream, producer)
    if (earlier === undefined) return undefined
    if (earlier.hash !== hashText(identity ?? body)) return { outcome: 'conflict', seq: earlier.seq }
    const [event] = await store.readEvents(stream, earlier.seq, 1)
    return { outcome: 'duplicate', seq: earlier.seq, late: event?.late ?? false }
  }

  const appendOne = async (request: AppendRequest): Promise<AppendResult> => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const result = (await tryCommit([request]))?.[0] ?? (await findEarlier(request))
      if (result !== undefined) return result
      cache.delete(request.stream)
    }
    throw unavailable(
      `The stream "${request.stream}" is written by so many at once that ${MAX_ATTEMPTS} attempts to append failed. Try again.`,
    )
  }

  /** All in one transaction, or, when somebody else has written or has these very events, one by one. */
  const appendTogether = async (requests: readonly AppendRequest[]): Promise<AppendResult[]> => {
    if (requests.length > 1) {
      const results = await tryCommit(requests)
      if (results !== undefined) return results
      const [first] = requests
      if (first !== undefined) cache.delete(first.stream)
    }
    const results: AppendResult[] = []
    for (const request of requests) results.push(await appendOne(request))
    return results
  }

  return {
    appendAll: async (requests) => {
      const results: AppendResult[] = []
      for (const part of splitAppends(requests, store.maxInlineBytes))
        results.push(...(await appendTogether(part)))
      return results
    },
    prepare: async (stream) => {
      await store.fileExpiry(stream, clock.now() + ttlMs)
      remember(stream, 'new')
    },
  }
}

/** Appends one event at a time. */
export const createAppend = (options: { store: StreamStateStore; clock: Clock; ttlMs: number }): Append => {
  const { appendAll } = createAppender(options)
  return async (request) => {
    const [result] = await appendAll([request])
    if (result === undefined) throw new TypeError('An append has no result.')
    return result
  }
}
