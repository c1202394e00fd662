import type { TransactionAction } from '@azure/data-tables'
import { encodeKey, hashText } from '../../kernel/ids.ts'
import type { StoredEvent } from '../../streams/stream-state.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { BlobFolder } from '../blobs/open-folder.ts'
import { MAX_INLINE_BYTES, splitBody } from './binary-body.ts'
import type { Table } from './open-table.ts'
import { blobPrefix, rowNames, writeState, writeStream } from './stream-rows.ts'

/** The properties that hold a body: inline, or the name of the blob that was written first. */
const storeBody = async (blobs: BlobFolder, prefix: string, event: StoredEvent): Promise<object> => {
  const body = Buffer.from(event.body, 'utf8')
  if (body.length <= MAX_INLINE_BYTES) return splitBody(body)
  const blob = prefix + hashText(event.body)
  await blobs.write(blob, body)
  return { blob }
}

/** One entity-group transaction: the state row first, so that its ETag is the first of the answer. */
export const createCommit =
  ({ streams, blobs }: { streams: Table; blobs: BlobFolder }): StreamStateStore['commit'] =>
  async (stream, { state, version, events = [] }) => {
    const partitionKey = encodeKey(stream)
    const names = rowNames(partitionKey)
    const prefix = blobPrefix(partitionKey, state)
    const bodies = await Promise.all(events.map(({ event }) => storeBody(blobs, prefix, event)))
    const row = { partitionKey, rowKey: names.state, ...writeStream(stream), ...writeState(state) }
    const actions: TransactionAction[] = [
      version === undefined ? ['create', row] : ['update', row, 'Replace', { etag: version }],
    ]
    for (const [index, { event, producer }] of events.entries()) {
      const late = event.late ? { late: true } : {}
      actions.push(['create', { partitionKey, rowKey: names.event(event.seq), ...late, ...bodies[index] }])
      if (producer === undefined) continue
      const { hash } = producer
      actions.push(['create', { partitionKey, rowKey: names.producer(producer), seq: event.seq, hash }])
    }
    return (await streams.transact(actions))?.[0]
  }
