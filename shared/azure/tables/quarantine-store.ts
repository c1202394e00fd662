import { badRequest } from '../../kernel/errors.ts'
import { encodeKey } from '../../kernel/ids.ts'
import type { DeadLetter } from '../../events/dead-letter.ts'
import type { DeadLetterFilter, QuarantineStore } from '../../events/quarantine-store.ts'
import type { BlobFolder } from '../blobs/open-folder.ts'
import { odata, type ReadRow, type Row, type Table } from './open-table.ts'

/** `agent-events~Subscriptions~gateway.8236…-12`: the partition is what stands before the last point. */
const locate = (key: string): { partitionKey: string; rowKey: string } => {
  const point = key.lastIndexOf('.')
  return { partitionKey: encodeKey(key.slice(0, point)), rowKey: encodeKey(key.slice(point + 1)) }
}

const toRow = (letter: DeadLetter): Row => ({
  ...locate(letter.key),
  ...letter,
  application_properties: JSON.stringify(letter.application_properties),
})

const SYSTEM = new Set(['etag', 'partitionKey', 'rowKey', 'timestamp'])

const fromRow = (row: ReadRow): DeadLetter => {
  const members = Object.entries(row).filter(([name]) => !SYSTEM.has(name) && !name.startsWith('odata'))
  const letter = Object.fromEntries(members) as DeadLetter
  return { ...letter, application_properties: JSON.parse(String(row.application_properties ?? '{}')) }
}

const toCursor = (row: ReadRow): string =>
  Buffer.from(JSON.stringify([row.partitionKey, row.rowKey])).toString('base64url')

const fromCursor = (text: string): [string, string] => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string')
      return [value[0], value[1]]
  } catch {
    // Falls through: it is not a cursor of ours.
  }
  throw badRequest('"after" is not the "next" of an earlier page. Leave it out to begin with the first page.')
}

const toFilter = (filter: DeadLetterFilter, after: string | undefined): string => {
  const parts = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${odata`eq ${value}`}`)
  if (after !== undefined) {
    const [partitionKey, rowKey] = fromCursor(after)
    const rest = odata`PartitionKey gt ${partitionKey} or (PartitionKey eq ${partitionKey} and RowKey gt ${rowKey})`
    parts.push(`(${rest})`)
  }
  return parts.join(' and ')
}

const blobOf = (key: string, which: 'original' | 'edited'): string => `${encodeKey(key)}/${which}`

/** Keeps quarantined messages: rows in the table `quarantine`, bodies in blobs that are written before the row. */
export const createQuarantineStore = (storage: { table: Table; blobs: BlobFolder }): QuarantineStore => {
  const { table, blobs } = storage
  return {
    insert: async (letter, body) => {
      await blobs.write(blobOf(letter.key, 'original'), body)
      return table.insert(toRow(letter))
    },
    read: async (key) => {
      const { partitionKey, rowKey } = locate(key)
      const row = await table.get(partitionKey, rowKey)
      return row === undefined ? undefined : { value: fromRow(row), version: row.etag }
    },
    update: (letter, version) => table.replace(toRow(letter), version),
    list: async (filter, { limit, after }) => {
      const rows = await table.query(toFilter(filter, after), { limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const more = rows.length > limit && last !== undefined
      return { items: page.map(fromRow), ...(more ? { next: toCursor(last) } : {}) }
    },
    readBody: (key, which) => blobs.read(blobOf(key, which)),
    writeEdited: (key, body) => blobs.write(blobOf(key, 'edited'), body),
    remove: async (key) => {
      await blobs.removeAll(`${encodeKey(key)}/`)
      const { partitionKey, rowKey } = locate(key)
      return table.remove(partitionKey, rowKey)
    },
  }
}
