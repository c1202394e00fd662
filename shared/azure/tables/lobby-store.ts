import { createHash } from 'node:crypto'
import { cacheCount } from '../../kernel/cache-count.ts'
import type { Clock } from '../../kernel/clock.ts'
import { encodeKey } from '../../kernel/ids.ts'
import type { Lobby } from '../../signaling/lobby.ts'
import { odata, type Row, type Table } from './open-table.ts'

/** Partitions, so that no single one takes all that connect at once (2,000 entities/s a partition). */
const BUCKETS = 16

const COUNT_CACHE_MS = 5000

/** All partitions of the lobby, and no other row of the table. */
const LOBBY = odata`PartitionKey ge ${'lobby-'} and PartitionKey lt ${'lobby.'}`

const keyOf = (connectionId: string): Pick<Row, 'partitionKey' | 'rowKey'> => {
  const [first = 0] = createHash('sha256').update(connectionId).digest()
  return {
    partitionKey: `lobby-${String(first % BUCKETS).padStart(2, '0')}`,
    rowKey: encodeKey(connectionId),
  }
}

/** Keeps the connections that have not registered in the table `connections`. */
export const createLobby = ({ table, clock }: { table: Table; clock: Clock }): Lobby => {
  const count = cacheCount({
    count: async () => (await table.query(LOBBY, { limit: Infinity, select: ['PartitionKey'] })).length,
    clock,
    cacheMs: COUNT_CACHE_MS,
  })

  return {
    enter: async (connectionId, at) => {
      // Before it is written: whoever asks meanwhile must not find the same place free.
      count.add(1)
      let isNew = false
      try {
        const row = { ...keyOf(connectionId), connectionId, enteredAt: new Date(at) }
        isNew = (await table.insert(row)) !== undefined
      } finally {
        if (!isNew) count.add(-1)
      }
    },
    has: async (connectionId) => {
      const { partitionKey, rowKey } = keyOf(connectionId)
      return (await table.get(partitionKey, rowKey)) !== undefined
    },
    leave: async (connectionId) => {
      const { partitionKey, rowKey } = keyOf(connectionId)
      const wasThere = await table.remove(partitionKey, rowKey)
      if (wasThere) count.add(-1)
      return wasThere
    },
    before: async (at) => {
      const rows = await table.query(`${LOBBY} and ${odata`enteredAt lt ${new Date(at)}`}`, {
        limit: Infinity,
      })
      return rows.map((row) => String(row.connectionId))
    },
    count: count.read,
  }
}
