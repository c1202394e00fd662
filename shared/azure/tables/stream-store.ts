import type { TransactionAction } from '@azure/data-tables'
import { encodeKey } from '../../kernel/ids.ts'
import type { StoredEvent } from '../../streams/stream-state.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { BlobFolder } from '../blobs/open-folder.ts'
import { MAX_INLINE_BYTES } from './binary-body.ts'
import { createCommit } from './commit-stream.ts'
import { createExpiryIndex } from './expiry-index.ts'
import { MAX_PACKED_EVENTS } from './pack-events.ts'
import { odata, type ReadRow, type Table } from './open-table.ts'
import { removeAlias } from './task-alias-store.ts'
import { blobPrefix, readEvents, readState, rowNames, STATE_PREFIX } from './stream-rows.ts'

/** Entities of one transaction (Table Storage: 100). */
const MAX_TRANSACTION_ENTITIES = 100

/** Bodies from blobs in one page: each has up to 8 MiB, and a page is held in memory as a whole. */
const MAX_PAGE_BLOBS = 8

type EventRow = ReturnType<typeof readEvents>[number]

/** The first events of a page, with no more bodies to load than one page may have. */
const withinMemory = (events: readonly EventRow[]): readonly EventRow[] => {
  const tooMany = events.filter(({ blob }) => blob !== undefined).at(MAX_PAGE_BLOBS)
  return tooMany === undefined ? events : events.slice(0, events.indexOf(tooMany))
}

/**
 * Deletes everything of a partition but its state row, as long as nobody else changes that row.
 * @returns the ETag of the state row then; undefined when it was changed.
 */
const deleteRows = async (streams: Table, state: ReadRow): Promise<string | undefined> => {
  const { partitionKey, rowKey: stateRow } = state
  for (let etag: string | undefined = state.etag; etag !== undefined;) {
    const filter = odata`PartitionKey eq ${partitionKey} and RowKey lt ${STATE_PREFIX}`
    const rows = await streams.query(filter, {
      limit: MAX_TRANSACTION_ENTITIES - 1,
      select: ['PartitionKey', 'RowKey'],
    })
    if (rows.length === 0) return etag
    const stillMine = { partitionKey, rowKey: stateRow, status: 'expired' }
    const actions: TransactionAction[] = [['update', stillMine, 'Merge', { etag }]]
    for (const { rowKey } of rows) actions.push(['delete', { partitionKey, rowKey }])
    etag = (await streams.transact(actions))?.[0]
  }
  return undefined
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

  const readPage = async (stream: string, from: number, limit: number): Promise<StoredEvent[]> => {
    const partitionKey = encodeKey(stream)
    const { eventsFrom } = rowNames(partitionKey)
    const first = eventsFrom(from)
    // A row may begin before the page, and end after it.
    const after = eventsFrom(from + limit + MAX_PACKED_EVENTS)
    const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${first} and RowKey lt ${after}`
    const rows = await streams.query(filter, { limit })
    const load = async ({ blob, ...event }: EventRow): Promise<StoredEvent> =>
      blob === undefined ? event : { ...event, body: await blobs.readText(blob) }
    // A sweep deletes from the front: what is left behind a gap is not shown.
    const dense = rows
      .flatMap(readEvents)
      .filter(({ seq }) => seq >= from)
      .slice(0, limit)
      .filter(({ seq }, index) => seq === from + index)
    return Promise.all(withinMemory(dense).map(load))
  }

  const remove = async (stream: string): Promise<void> => {
    const partitionKey = encodeKey(stream)
    const row = await streams.get(partitionKey, rowNames(partitionKey).state)
    const state = row && readState(row)
    if (row === undefined || state?.status !== 'expired') return
    const etag = await deleteRows(streams, row)
    // Another sweep was at work: see what it has left.
    if (etag === undefined) return remove(stream)
    if (state.hasBlobs === true) await blobs.removeAll(blobPrefix(partitionKey, state))
    for (const name of state.aliases ?? []) await removeAlias(streams, name, stream)
    await streams.remove(partitionKey, row.rowKey, etag)
  }

  return {
    ...createExpiryIndex(expiry),
    maxInlineBytes: MAX_INLINE_BYTES,
    read: async (stream) => {
      const partitionKey = encodeKey(stream)
      const row = await streams.get(partitionKey, rowNames(partitionKey).state)
      return row === undefined ? undefined : { value: readState(row), version: row.etag }
    },
    readEvents: readPage,
    readProducer: async (stream, producer) => {
      const partitionKey = encodeKey(stream)
      const row = await streams.get(partitionKey, rowNames(partitionKey).producer(producer))
      return row === undefined ? undefined : { seq: Number(row.seq), hash: String(row.hash) }
    },
    commit: createCommit({ streams, blobs }),
    remove,
  }
}
