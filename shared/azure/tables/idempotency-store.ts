import * as z from 'zod'
import { encodeKey, hashText } from '../../kernel/ids.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { IdempotencyStore, IdempotentRequest } from '../../a2a/sessions/idempotency-store.ts'
import { odata, type ReadRow, type Table } from './open-table.ts'

/** Rows that one sweep deletes. */
const ROWS_PER_SWEEP = 500

const Stored = z.object({
  subject: z.string(),
  agentId: z.string(),
  key: z.string(),
  bodyHash: z.string(),
  correlationId: z.string(),
})

/** The row key is of the subject too: Azurite looks rows up by it alone (docs/decisions/2026-11-20-row-keys.md). */
const keysOf = ({ subject, agentId, key }: IdempotentRequest): { partitionKey: string; rowKey: string } => ({
  partitionKey: encodeKey(subject),
  rowKey: hashText(JSON.stringify([subject, agentId, key])),
})

const toRequest = (row: ReadRow): IdempotentRequest => Stored.parse(JSON.parse(String(row.request)))

/** Keeps what clients may repeat in Table Storage, for `ttlMs`. */
export const createIdempotencyStore = (options: {
  table: Table
  clock: Clock
  ttlMs: number
}): IdempotencyStore => {
  const { table, clock, ttlMs } = options
  return {
    claim: async (request) => {
      const keys = keysOf(request)
      const row = { ...keys, createdAt: new Date(clock.now()), request: JSON.stringify(request) }
      if ((await table.insert(row)) !== undefined) return undefined
      const earlier = await table.get(keys.partitionKey, keys.rowKey)
      return earlier && toRequest(earlier)
    },
    sweep: async (now) => {
      const filter = odata`createdAt lt ${new Date(now - ttlMs)}`
      const rows = await table.query(filter, { limit: ROWS_PER_SWEEP, select: ['PartitionKey', 'RowKey'] })
      for (const { partitionKey, rowKey } of rows) await table.remove(partitionKey, rowKey)
      return rows.length < ROWS_PER_SWEEP
    },
  }
}
