import { createHash } from 'node:crypto'
import { encodeKey } from '../../kernel/ids.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import { odata, type Table } from './open-table.ts'
import { readStream, writeStream } from './stream-rows.ts'

/** Partitions of one hour, so that no single one takes all writes of the hour (2,000 entities/s a partition). */
const BUCKETS_PER_HOUR = 16

/** `stream-2026112010-07`: the hour (UTC), then the hash of the stream. Sorts by time. */
const hourOf = (time: number): string =>
  `stream-${new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, '')}`

const bucketOf = (stream: string, dueAt: number): string => {
  const [first = 0] = createHash('sha256').update(stream, 'utf8').digest()
  return `${hourOf(dueAt)}-${String(first % BUCKETS_PER_HOUR).padStart(2, '0')}`
}

/** Table Storage has no time-to-live: what expires is listed by hour and hash. */
export const createExpiryIndex = (
  table: Table,
): Pick<StreamStateStore, 'fileExpiry' | 'dueBuckets' | 'readBucket' | 'removeFromBucket'> => ({
  fileExpiry: (stream, dueAt) =>
    table.put({ partitionKey: bucketOf(stream, dueAt), rowKey: encodeKey(stream), ...writeStream(stream) }),
  dueBuckets: async function* (now) {
    // Hours before the current one: all that is filed in them is due. Each step skips the rest of a bucket.
    for (let last = 'stream-'; ;) {
      const filter = odata`PartitionKey gt ${last} and PartitionKey lt ${hourOf(now)}`
      const [row] = await table.query(filter, { limit: 1, select: ['PartitionKey'] })
      if (row === undefined) return
      last = row.partitionKey
      yield last
    }
  },
  readBucket: async (bucket, limit) => {
    const rows = await table.query(odata`PartitionKey eq ${bucket}`, { limit })
    return rows.map(readStream)
  },
  removeFromBucket: async (bucket, stream) => {
    await table.remove(bucket, encodeKey(stream))
  },
})
