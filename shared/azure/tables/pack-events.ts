import type { StoredEvent } from '../../streams/stream-state.ts'
import { joinBytes, MAX_INLINE_BYTES, splitBody } from './binary-body.ts'
import type { ReadRow } from './open-table.ts'

/** Events that one row holds at most: what a page that begins in its middle has to look beyond. */
export const MAX_PACKED_EVENTS = 49

/** Bytes of a row of several events: above it they are not small. */
const MAX_PACKED_BYTES = MAX_INLINE_BYTES / 4

/**
 * Events that are written together, in groups of which each is one row: small ones share a row, so that what an agent
 * says in a moment costs one.
 */
export const packEvents = (events: readonly StoredEvent[]): StoredEvent[][] => {
  const packs: StoredEvent[][] = []
  let bytes = 0
  for (const event of events) {
    const size = Buffer.byteLength(event.body)
    const pack = packs.at(-1)
    const fits = pack !== undefined && pack.length < MAX_PACKED_EVENTS && bytes + size <= MAX_PACKED_BYTES
    if (fits && pack[0]?.late === event.late) {
      pack.push(event)
      bytes += size
    } else {
      packs.push([event])
      bytes = size
    }
  }
  return packs
}

/** The properties of a row with several events: their bodies one after the other, and how long each is. */
export const writePack = (pack: readonly StoredEvent[]): Record<string, unknown> => {
  const bodies = pack.map(({ body }) => Buffer.from(body, 'utf8'))
  return { sizes: bodies.map(({ length }) => length).join(), ...splitBody(Buffer.concat(bodies)) }
}

/** The bodies in a row, of one event or of several. */
export const readPack = (row: ReadRow): string[] => {
  const bytes = joinBytes(row)
  if (typeof row.sizes !== 'string') return [bytes.toString('utf8')]
  let start = 0
  return row.sizes.split(',').map((size) => {
    const end = start + Number(size)
    const body = bytes.toString('utf8', start, end)
    start = end
    return body
  })
}
