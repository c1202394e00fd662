import { createHash } from 'node:crypto'
import { decodeTime, isValid } from 'ulid'
import * as z from 'zod'
import { Operation } from '../../contract/a2a/operation.ts'
import { encodeKey } from '../../kernel/ids.ts'
import type { SessionStore } from '../../a2a/sessions/session-store.ts'
import type { Session } from '../../a2a/sessions/session.ts'
import { odata, type ReadRow, type Row, type Table } from './open-table.ts'

/** Partitions of one hour, so that no single one takes all writes of the hour (2,000 entities/s a partition). */
const BUCKETS = 16

/** Rows that one sweep deletes. */
const ROWS_PER_SWEEP = 500

const hourOf = (time: number): string => new Date(time).toISOString().slice(0, 13)

/**
 * The partition of a session is the hour in which its id was made: what is over is found by key, without an index.
 * Ids that were not made here carry no time; they share the partitions `x…`.
 */
const partitionOf = (correlationId: string): string => {
  const [first = 0] = createHash('sha256').update(correlationId).digest()
  const bucket = String(first % BUCKETS).padStart(2, '0')
  return isValid(correlationId) ? `${hourOf(decodeTime(correlationId))}-${bucket}` : `x-${bucket}`
}

const Text = z.string().optional()
const Stored = z.object({
  correlationId: z.string(),
  agentId: z.string(),
  operation: Operation,
  subject: z.string(),
  toProxy: z.string(),
  fromProxy: z.string(),
  state: z.enum(['active', 'paused', 'completed', 'failed']),
  createdAt: z.number(),
  lastActivity: z.number(),
  taskStream: Text,
  taskId: Text,
  epoch: z.int(),
  holder: Text,
  leaseUntil: z.number().optional(),
  redriveOf: Text,
  continuedBy: Text,
})

const keysOf = (correlationId: string): { partitionKey: string; rowKey: string } => ({
  partitionKey: partitionOf(correlationId),
  rowKey: encodeKey(correlationId),
})

const toRow = (session: Session): Row => ({
  ...keysOf(session.correlationId),
  createdAt: new Date(session.createdAt),
  session: JSON.stringify(session),
})

const toSession = (row: ReadRow): Session => {
  const stored = Stored.parse(JSON.parse(String(row.session)))
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== undefined)) as Session
}

/** Keeps sessions in Table Storage for `ttlMs` from their creation. */
export const createSessionStore = ({ table, ttlMs }: { table: Table; ttlMs: number }): SessionStore => {
  const get: SessionStore['get'] = async (correlationId) => {
    const { partitionKey, rowKey } = keysOf(correlationId)
    const row = await table.get(partitionKey, rowKey)
    return row && { session: toSession(row), version: row.etag }
  }

  return {
    get,
    exists: async (correlationId) => (await get(correlationId)) !== undefined,
    create: (session) => table.insert(toRow(session)),
    set: (session, version) => table.replace(toRow(session), version),
    delete: async (correlationId) => {
      const { partitionKey, rowKey } = keysOf(correlationId)
      await table.remove(partitionKey, rowKey)
    },
    sweep: async (now, onOver) => {
      const before = new Date(now - ttlMs)
      const filter = odata`(PartitionKey lt ${hourOf(now - ttlMs)} or PartitionKey ge ${'x'}) and createdAt lt ${before}`
      const rows = await table.query(filter, { limit: ROWS_PER_SWEEP })
      for (const row of rows) {
        await onOver(toSession(row))
        await table.remove(row.partitionKey, row.rowKey)
      }
      return rows.length < ROWS_PER_SWEEP
    },
  }
}
