import { hashText } from '../../kernel/ids.ts'
import type { ProducerKey, StoredEvent, StreamState } from '../../streams/stream-state.ts'
import type { ReadRow } from './open-table.ts'
import { readPack } from './pack-events.ts'

/**
 * The names of the rows in a stream's partition: `e…` events, `p…` producer keys, `s…` the state, which is the last in
 * key order. Events that share a row have the name of the last (docs/decisions/2026-11-21-packed-events.md). Each name
 * ends in a tag of its partition: Azurite looks a row up by its RowKey before its PartitionKey, and without the tag it
 * would compare all streams (docs/decisions/2026-11-20-row-keys.md).
 */
export type RowNames = {
  state: string
  event(seq: number): string
  /** What a range query compares with: everything from this event on. */
  eventsFrom(seq: number): string
  producer(producer: ProducerKey): string
}

/** Below it lie all rows of a partition but the state. */
export const STATE_PREFIX = 's'

const TAG_CHARACTERS = 8
const SEQ_DIGITS = 12

export const rowNames = (partitionKey: string): RowNames => {
  const tag = hashText(partitionKey).slice(0, TAG_CHARACTERS)
  const eventsFrom = (seq: number): string => `e${String(seq).padStart(SEQ_DIGITS, '0')}`
  return {
    state: `${STATE_PREFIX}-${tag}`,
    eventsFrom,
    event: (seq) => `${eventsFrom(seq)}-${tag}`,
    producer: ({ id, index }) => `p${hashText(`${id}\u0000${index}`)}-${tag}`,
  }
}

/**
 * What the names of a stream's blobs begin with. The time of its creation tells it from a stream that began anew under
 * the same id; there is no slash, because an id may be `..`, which a URL would resolve.
 */
export const blobPrefix = (partitionKey: string, { createdAt }: Pick<StreamState, 'createdAt'>): string =>
  `${partitionKey}~${createdAt}~`

/** The id of a stream beside its key, which may be a hash. In binary: an id may have any character. */
export const writeStream = (stream: string): { stream: Uint8Array } => ({
  stream: Buffer.from(stream, 'utf8'),
})

export const readStream = (row: ReadRow): string =>
  row.stream instanceof Uint8Array ? Buffer.from(row.stream).toString('utf8') : String(row.stream)

const toNumber = (value: unknown): number => (typeof value === 'bigint' ? Number(value) : (value as number))

/** Times are doubles: an Edm.Int32 is too small for milliseconds, an Edm.Int64 comes back as a text. */
export const writeState = (state: StreamState): Record<string, unknown> => ({
  next: state.next,
  status: state.status,
  ...(state.outcome === undefined ? {} : { outcome: state.outcome }),
  ...(state.end === undefined ? {} : { end: state.end }),
  ...(state.failure === undefined ? {} : { failure: state.failure }),
  ...(state.hasBlobs === true ? { hasBlobs: true } : {}),
  ...(state.aliases === undefined ? {} : { aliases: JSON.stringify(state.aliases) }),
  createdAt: { type: 'Double', value: String(state.createdAt) },
  updatedAt: { type: 'Double', value: String(state.updatedAt) },
})

export const readState = (row: ReadRow): StreamState => ({
  next: toNumber(row.next),
  status: row.status as StreamState['status'],
  ...(typeof row.outcome === 'string' ? { outcome: row.outcome as 'final' | 'error' } : {}),
  ...(row.end === undefined ? {} : { end: toNumber(row.end) }),
  ...(typeof row.failure === 'string' ? { failure: row.failure } : {}),
  ...(row.hasBlobs === true ? { hasBlobs: true } : {}),
  ...(typeof row.aliases === 'string' ? { aliases: JSON.parse(row.aliases) } : {}),
  createdAt: toNumber(row.createdAt),
  updatedAt: toNumber(row.updatedAt),
})

/**
 * The events of a row, in order; the row is named after the last one. Without its body where the body lies in a blob:
 * then `blob` names it.
 */
export const readEvents = (row: ReadRow): Array<StoredEvent & { blob?: string }> => {
  const bodies = readPack(row)
  const first = Number(row.rowKey.slice(1, 1 + SEQ_DIGITS)) - bodies.length + 1
  return bodies.map((body, index) => ({
    seq: first + index,
    body,
    late: row.late === true,
    ...(typeof row.blob === 'string' ? { blob: row.blob } : {}),
  }))
}
