import type { Clock } from '../kernel/clock.ts'
import { unavailable } from '../kernel/errors.ts'
import { hashText } from '../kernel/ids.ts'
import { createCommits } from './commits.ts'
import type { ProducerKey, TaskName } from './stream-state.ts'
import type { StreamStateStore } from './stream-state-store.ts'
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
  prepare(stream: string): void
}

/** Each failed attempt means that another writer succeeded. */
const MAX_ATTEMPTS = 100

/**
 * Appends events to streams: each append is one entity-group transaction that holds the events, the state by
 * compare-and-swap and the producer keys. Safe to repeat, and to run in many processes at once.
 */
export const createAppender = (options: {
  store: StreamStateStore
  clock: Clock
  ttlMs: number
}): Appender => {
  const { store } = options
  const { tryCommit, forget, prepare } = createCommits(options)

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
      forget(request.stream)
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
      if (first !== undefined) forget(first.stream)
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
    prepare,
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
