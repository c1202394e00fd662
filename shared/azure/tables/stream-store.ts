import { encodeKey } from '../../kernel/ids.ts'
import type { StoredEvent } from '../../streams/stream-state.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { BlobFolder } from '../blobs/open-folder.ts'
import { MAX_INLINE_BYTES } from './binary-body.ts'
import { createCommit } from './commit-stream.ts'
import { createExpiryIndex } from './expiry-index.ts'
import { odata, type Table } from './open-table.ts'
import { eventRow, producerRow, readEvent, readState, STATE_ROW } from './stream-rows.ts'

/** Entities of one transaction (Table Storage: 100). */
const MAX_TRANSACTION_ENTITIES = 100

/** Deletes everything of a partition but its state row. */
const deleteRows = async (streams: Table, partitionKey: string): Promise<void> => {
  for (;;) {
    const filter = odata`PartitionKey eq ${partitionKey} and RowKey lt ${STATE_ROW}`
    const rows = await streams.query(filter, {
      limit: MAX_TRANSACTION_ENTITIES,
      select: ['PartitionKey', 'RowKey'],
    })
    if (rows.length === 0) return
    // A failed condition: another sweep deletes the same rows. Look again.
    await streams.transact(rows.map(({ rowKey }) => ['delete', { partitionKey, rowKey }]))
  }
}

/**
 * Keeps streams in Table Storage, one partition a stream; bodies too large for an entity lie in blobs, written before
 * the row that names them.
 */
export const createStreamStore = (tables: {
  streams: Table
  expiry: Table
  blobs: BlobFolder
}): StreamStateStore => {
  const { streams, expiry, blobs } = tables

  const readEvents = async (stream: string, from: number, limit: number): Promise<StoredEvent[]> => {
    const first = eventRow(from)
    const after = eventRow(from + limit)
    const filter = odata`PartitionKey eq ${encodeKey(stream)} and RowKey ge ${first} and RowKey lt ${after}`
    const rows = await streams.query(filter, { limit })
    const load = async ({ blob, ...event }: StoredEvent & { blob?: string }): Promise<StoredEvent> =>
      blob === undefined ? event : { ...event, body: await blobs.readText(blob) }
    return Promise.all(rows.map(readEvent).map(load))
  }

  return {
    ...createExpiryIndex(expiry),
    maxInlineBytes: MAX_INLINE_BYTES,
    read: async (stream) => {
      const row = await streams.get(encodeKey(stream), STATE_ROW)
      return row === undefined ? undefined : { value: readState(row), version: row.etag }
    },
    readEvents,
    readProducer: async (stream, producer) => {
      const row = await streams.get(encodeKey(stream), producerRow(producer))
      return row === undefined ? undefined : { seq: Number(row.seq), hash: String(row.hash) }
    },
    commit: createCommit({ streams, blobs }),
    remove: async (stream) => {
      const partitionKey = encodeKey(stream)
      const state = await streams.get(partitionKey, STATE_ROW)
      await deleteRows(streams, partitionKey)
      if (state?.hasBlobs === true) await blobs.removeAll(`${partitionKey}/`)
      await streams.remove(partitionKey, STATE_ROW)
    },
  }
}
