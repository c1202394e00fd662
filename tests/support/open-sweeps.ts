import { BlobServiceClient } from '@azure/storage-blob'
import { type BlobFolder } from '../../shared/azure/blobs/open-folder.ts'
import { connectFolder } from '../../shared/azure/blobs/connect-folder.ts'
import { connectTable } from '../../shared/azure/tables/connect-tables.ts'
import type { Table } from '../../shared/azure/tables/open-table.ts'
import { createStreamStore } from '../../shared/azure/tables/stream-store.ts'
import { type AppendResult, createAppend } from '../../shared/streams/append.ts'
import { createExpire } from '../../shared/streams/expire.ts'
import type { StreamStateStore } from '../../shared/streams/stream-state-store.ts'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.ts'

export const HOUR_MS = 3_600_000
export const TTL_MS = 5 * HOUR_MS

/** What stands below a store: two tables and a container. */
export type Ground = { streams: Table; expiry: Table; blobs: BlobFolder }

export type SweepBench = {
  store: StreamStateStore
  clock: ManualClock
  ground: Ground
  write(stream: string, index: number, body?: string): Promise<AppendResult>
  /** What is left of all streams of the bench. */
  left(): Promise<{ rows: number; filed: number; blobs: string[] }>
}

let benches = 0

/** Streams in tables of their own, so that a sweep meets those of its test alone. */
export const openSweeps = (connectionString: string): SweepBench => {
  const name = `sweeps${benches++}`
  const connection = { connectionString }
  const ground = {
    streams: connectTable(connection, name),
    expiry: connectTable(connection, `${name}expiry`),
    blobs: connectFolder(connection, name),
  }
  const store = createStreamStore(ground)
  const clock = createManualClock(Date.UTC(2026, 10, 20, 10, 30))
  const append = createAppend({ store, clock, ttlMs: TTL_MS })
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(name)
  return {
    store,
    clock,
    ground,
    write: (stream, index, body = String(index)) => append({ stream, body, producer: { id: 'a', index } }),
    left: async () => {
      const blobs: string[] = []
      if (await container.exists()) for await (const blob of container.listBlobsFlat()) blobs.push(blob.name)
      return {
        rows: (await ground.streams.query('', { limit: 1000 })).length,
        filed: (await ground.expiry.query('', { limit: 1000 })).length,
        blobs,
      }
    },
  }
}

/** Sweeps everything that is due, as one process after another would. */
export const sweepAll = async ({ store, clock }: Pick<SweepBench, 'store' | 'clock'>): Promise<void> => {
  const expire = createExpire({ store, clock, ttlMs: TTL_MS })
  for await (const bucket of expire.dueBuckets()) while (!(await expire.sweep(bucket))) continue
}
