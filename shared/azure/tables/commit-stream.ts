import type { TransactionAction } from '@azure/data-tables'
import { encodeKey, hashText } from '../../kernel/ids.ts'
import type { StoredEvent } from '../../streams/stream-state.ts'
import type { StreamStateStore } from '../../streams/stream-state-store.ts'
import type { BlobFolder } from '../blobs/open-folder.ts'
import { MAX_INLINE_BYTES, splitBody } from './binary-body.ts'
import type { Table } from './open-table.ts'
import { packEvents, writePack } from './pack-events.ts'
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
    const row = { partitionKey, rowKey: names.state, ...writeStream(stream), ...writeState(state) }
    const actions: TransactionAction[] = [
      version === undefined ? ['create', row] : ['update', row, 'Replace', { etag: version }],
    ]
    for (const pack of packEvents(events.map(({ event }) => event))) {
      const [first] = pack
      const last = pack.at(-1)
      if (first === undefined || last === undefined) continue
      const late = last.late ? { late: true } : {}
      const bodies = pack.length > 1 ? writePack(pack) : await storeBody(blobs, prefix, first)
      actions.push(['create', { partitionKey, rowKey: names.event(last.seq), ...late, ...bodies }])
    }
    for (const { event, producer } of events) {
      if (producer === undefined) continue
      const { hash } = producer
      actions.push(['create', { partitionKey, rowKey: names.producer(producer), seq: event.seq, hash }])
    }
    return (await streams.transact(actions))?.[0]
  }
