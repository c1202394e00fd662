import type { Clock } from '../kernel/clock.ts'
import type { StreamStateStore } from './stream-state-store.ts'

/** Streams looked at in one go: a sweep that is interrupted repeats at most these. */
const STREAMS_PER_ROUND = 100

export type Expire = {
  /** The buckets whose streams are due to be looked at now. */
  dueBuckets(): AsyncIterable<string>
  /**
   * Sweeps one bucket: a stream whose time is over is marked expired, then deleted; one that was written since is
   * filed anew. Resumable at any line.
   * @returns true when nothing is left in the bucket.
   */
  sweep(bucket: string): Promise<boolean>
}

/** Ends streams `ttlMs` after their last append. */
export const createExpire = (options: {
  store: StreamStateStore
  clock: Clock
  ttlMs: number
  /** Deletes what belongs to a stream, before the stream itself goes; also that of one which never began. */
  onRemove?(stream: string): Promise<void>
}): Expire => {
  const { store, clock, ttlMs, onRemove } = options

  /** Marks the stream expired, so that no append can follow. False when its time is not over yet. */
  const claim = async (stream: string): Promise<boolean> => {
    const found = await store.read(stream)
    if (found === undefined || found.value.status === 'expired') return true
    const dueAt = found.value.updatedAt + ttlMs
    if (dueAt > clock.now()) {
      await store.fileExpiry(stream, dueAt)
      return false
    }
    const state = { ...found.value, status: 'expired' as const }
    const version = await store.commit(stream, { state, version: found.version })
    return version === undefined ? claim(stream) : true
  }

  const sweepStream = async (bucket: string, stream: string): Promise<void> => {
    if (await claim(stream)) {
      await onRemove?.(stream)
      await store.remove(stream)
    }
    await store.removeFromBucket(bucket, stream)
  }

  return {
    dueBuckets: () => store.dueBuckets(clock.now()),
    sweep: async (bucket) => {
      const streams = await store.readBucket(bucket, STREAMS_PER_ROUND)
      for (const stream of streams) await sweepStream(bucket, stream)
      return streams.length < STREAMS_PER_ROUND
    },
  }
}
