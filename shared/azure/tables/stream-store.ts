import type { TransactionAction } from '@azure/data-tables'
import { encodeKey, hashText } from '../../kernel/ids.ts'
import type { StoredEvent } from '../../streams/stream-state.ts'
import type { StreamCommit, StreamStateStore } from '../../streams/stream-state-store.ts'
import type { BlobFolder } from '../blobs/open-folder.ts'
import { MAX_INLINE_BYTES, splitBody } from './binary-body.ts'
import { createExpiryIndex } from './expiry-index.ts'
import { odata, type Table } from './open-table.ts'
import { eventRow, producerRow, readEvent, readState, STATE_ROW, writeState } from './stream-rows.ts'

/** Entities of one transaction (Table Storage: 100). */
const MAX_TRANSACTION_ENTITIES = 100

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

  const writeEvent = async (partitionKey: string, event: StoredEvent): Promise<TransactionAction> => {
    const body = Buffer.from(event.body, 'utf8')
    const row = { partitionKey, rowKey: eventRow(event.seq), ...(event.late ? { late: true } : {}) }
    if (body.length <= MAX_INLINE_BYTES) return ['create', { ...row, ...splitBody(body) }]
    const blob = `${partitionKey}/${hashText(event.body)}`
    await blobs.write(blob, body)
    return ['create', { ...row, blob }]
  }

  const commit = async (
    stream: string,
    { state, version, event, producer }: StreamCommit,
  ): Promise<string | undefined> => {
    const partitionKey = encodeKey(stream)
    const actions: TransactionAction[] = []
    if (event !== undefined) actions.push(await writeEvent(partitionKey, event))
    const inBlob = actions[0]?.[1] !== undefined && 'blob' in actions[0][1]
    const row = {
      partitionKey,
      rowKey: STATE_ROW,
      stream,
      ...writeState(inBlob ? { ...state, hasBlobs: true } : state),
    }
    actions.unshift(version === undefined ? ['create', row] : ['update', row, 'Replace', { etag: version }])
    if (producer !== undefined && event !== undefined) {
      const { hash } = producer
      actions.push(['create', { partitionKey, rowKey: producerRow(producer), seq: event.seq, hash }])
    }
    return (await streams.transact(actions))?.[0]
  }

  const deleteRows = async (partitionKey: string): Promise<void> => {
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

  return {
    ...createExpiryIndex(expiry),
    read: async (stream) => {
      const row = await streams.get(encodeKey(stream), STATE_ROW)
      return row === undefined ? undefined : { value: readState(row), version: row.etag }
    },
    readEvents: async (stream, from, limit) => {
      const filter = odata`PartitionKey eq ${encodeKey(stream)} and RowKey ge ${eventRow(from)} and RowKey lt ${eventRow(from + limit)}`
      const rows = await streams.query(filter, { limit })
      return Promise.all(
        rows.map(readEvent).map(async ({ blob, ...event }) => {
          return blob === undefined ? event : { ...event, body: await blobs.readText(blob) }
        }),
      )
    },
    readProducer: async (stream, producer) => {
      const row = await streams.get(encodeKey(stream), producerRow(producer))
      return row === undefined ? undefined : { seq: Number(row.seq), hash: String(row.hash) }
    },
    commit,
    remove: async (stream) => {
      const partitionKey = encodeKey(stream)
      const state = await streams.get(partitionKey, STATE_ROW)
      await deleteRows(partitionKey)
      if (state?.hasBlobs === true) await blobs.removeAll(`${partitionKey}/`)
      await streams.remove(partitionKey, STATE_ROW)
    },
  }
}
