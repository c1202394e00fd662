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

/**
 * Appends events that always come together to one stream, in order; the results are in the same order. Whoever repeats
 * them repeats all of them: the key of the first is that of all in its transaction.
 */
export type AppendAll = (requests: readonly AppendRequest[]) => Promise<AppendResult[]>

export type Appender = {
  appendAll: AppendAll
  /** Says that nobody has written a stream yet, and that somebody else sees to it that it is filed: its first append is one operation too. */
  expectNew(stream: string): void
}

/** Each failed attempt means that another writer succeeded. */
const MAX_ATTEMPTS = 100

/**
 * Appends events to streams: each append is one entity-group transaction that holds the events, the state by
 * compare-and-swap and the producer key. Safe to repeat, and to run in many processes at once.
 */
export const createAppender = (options: {
  store: StreamStateStore
  clock: Clock
  ttlMs: number
}): Appender => {
  const { store } = options
  const { tryCommit, forget, expectNew } = createCommits(options)

  /** What became of events that were appended together before. */
  const findEarlier = async (requests: readonly AppendRequest[]): Promise<AppendResult[] | undefined> => {
    const [first] = requests
    const { stream, producer, identity, body } = first ?? { stream: '', body: '' }
    if (producer === undefined) return undefined
    const earlier = await store.readProducer(stream, producer)
    if (earlier === undefined) return undefined
    const { seq, hash } = earlier
    if (hash !== hashText(identity ?? body)) return requests.map(() => ({ outcome: 'conflict', seq }))
    const events = await store.readEvents(stream, seq, requests.length)
    return requests.map((_request, index) => ({
      outcome: 'duplicate',
      seq: seq + index,
      late: events[index]?.late ?? false,
    }))
  }

  /** In one transaction, under the key of the first. */
  const appendPart = async (requests: readonly AppendRequest[]): Promise<AppendResult[]> => {
    const [{ stream = '' } = {}] = requests
    const keyed = requests.map(({ producer, ...request }, index) =>
      index === 0 && producer !== undefined ? { ...request, producer } : request,
    )
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const results = (await tryCommit(keyed)) ?? (await findEarlier(requests))
      if (results !== undefined) return results
      forget(stream)
    }
    throw unavailable(
      `The stream "${stream}" is written by so many at once that ${MAX_ATTEMPTS} attempts to append failed. Try again.`,
    )
  }

  return {
    appendAll: async (requests) => {
      const results: AppendResult[] = []
      for (const part of splitAppends(requests, store.maxInlineBytes))
        results.push(...(await appendPart(part)))
      return results
    },
    expectNew,
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
