import type { ProducerKey, StoredEvent, StreamState } from './stream-state.ts'

/** A value with the version (ETag) it was read at. */
export type Versioned<Value> = { value: Value; version: string }

export type StreamCommit = {
  /** The state to write, and the version it replaces; none creates the stream. */
  state: StreamState
  version: string | undefined
  /** The new events, in order, each with the key that its producer gave it. */
  events?: ReadonlyArray<{ event: StoredEvent; producer?: ProducerKey & { hash: string } }>
}

/**
 * Where streams are kept. One partition a stream; `commit` is one entity-group transaction.
 * Every method throws a retryable GatewayError when the storage does not answer.
 */
export type StreamStateStore = {
  /** Bodies above this many bytes are kept apart; the state says so (`hasBlobs`). */
  readonly maxInlineBytes: number
  read(stream: string): Promise<Versioned<StreamState> | undefined>
  /** Events from `from` on without a gap, at most `limit`; none when that event is not there (any more). */
  readEvents(stream: string, from: number, limit: number): Promise<StoredEvent[]>
  readProducer(stream: string, producer: ProducerKey): Promise<{ seq: number; hash: string } | undefined>
  /** Writes all or nothing. `undefined`: the state moved on or the producer key exists; read and decide. */
  commit(stream: string, commit: StreamCommit): Promise<string | undefined>
  /** Files the stream to be looked at when `dueAt` has come. Repeating it is harmless. */
  fileExpiry(stream: string, dueAt: number): Promise<void>
  /** Names of the buckets that are due at `now`, oldest first. */
  dueBuckets(now: number): AsyncIterable<string>
  /** Streams filed in a bucket, at most `limit`. */
  readBucket(bucket: string, limit: number): Promise<string[]>
  removeFromBucket(bucket: string, stream: string): Promise<void>
  /**
   * Deletes an expired stream: the events and producer keys, then the state. Resumable, safe to run twice at once; a
   * stream that is not expired (or has begun anew) is left alone.
   */
  remove(stream: string): Promise<void>
}
