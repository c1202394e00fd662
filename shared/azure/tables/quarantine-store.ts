import { randomUUID } from 'node:crypto'
import type { DeadLetterFilter, QuarantineStore } from '../../events/quarantine-store.ts'
import { badRequest, notFound } from '../../kernel/errors.ts'
import { encodeKey } from '../../kernel/ids.ts'
import type { BlobFolder } from '../blobs/open-folder.ts'
import { odata, type ReadRow, type Table } from './open-table.ts'
import { locate, readEditedBlob, readLetter, writeLetter } from './quarantine-rows.ts'

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
  const parts = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${odata`eq ${encodeKey(value)}`}`],
  )
  if (after !== undefined) {
    const [partitionKey, rowKey] = fromCursor(after)
    const rest = odata`PartitionKey gt ${partitionKey} or (PartitionKey eq ${partitionKey} and RowKey gt ${rowKey})`
    parts.push(`(${rest})`)
  }
  return parts.join(' and ')
}

const blobOf = (key: string, name: string): string => `${encodeKey(key)}/${name}`

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 404

/** Keeps quarantined messages: rows in the table `quarantine`, bodies in blobs that are written before the row. */
export const createQuarantineStore = (storage: { table: Table; blobs: BlobFolder }): QuarantineStore => {
  const { table, blobs } = storage

  const readRow = (key: string): Promise<ReadRow | undefined> => {
    const { partitionKey, rowKey } = locate(key)
    return table.get(partitionKey, rowKey)
  }

  const readBlob = async (key: string, name: string): Promise<Uint8Array> => {
    try {
      return await blobs.read(name)
    } catch (error) {
      if (!isMissing(error)) throw error
      throw notFound(`The body of the dead letter "${key}" is gone: it is being purged. Purge it once more.`)
    }
  }

  return {
    insert: async (letter, body) => {
      await blobs.write(blobOf(letter.key, 'original'), body)
      return (await table.insert(writeLetter(letter, undefined))) !== undefined
    },
    read: async (key) => {
      const row = await readRow(key)
      return row === undefined ? undefined : { value: readLetter(row), version: row.etag }
    },
    update: async (letter, version) => {
      const row = await readRow(letter.key)
      if (row === undefined) return false
      return (await table.replace(writeLetter(letter, readEditedBlob(row)), version)) !== undefined
    },
    list: async (filter, { limit, after }) => {
      const rows = await table.query(toFilter(filter, after), { limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const more = rows.length > limit && last !== undefined
      return { items: page.map(readLetter), ...(more ? { next: toCursor(last) } : {}) }
    },
    readBody: async (key, which) => {
      const row = which === 'edited' ? await readRow(key) : undefined
      return readBlob(key, (row && readEditedBlob(row)) ?? blobOf(key, 'original'))
    },
    edit: async (letter, version, body) => {
      // A name of its own: of two edits at the same time the one that changes the row is the one that counts.
      const name = blobOf(letter.key, `edited-${randomUUID()}`)
      await blobs.write(name, body)
      return (await table.replace(writeLetter({ ...letter, edited: true }, name), version)) !== undefined
    },
    remove: async (key) => {
      await blobs.removeAll(blobOf(key, ''))
      const { partitionKey, rowKey } = locate(key)
      return table.remove(partitionKey, rowKey)
    },
  }
}
