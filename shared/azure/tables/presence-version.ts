import { randomUUID } from 'node:crypto'
import type { PresenceVersion } from '../../registry/connected-agent-store.ts'
import type { Table } from './open-table.ts'

const KEY = { partitionKey: 'presence', rowKey: 'version' } as const

/** Keeps the version of the membership in one row of the table `connections`. */
export const createPresenceVersion = (table: Table): PresenceVersion => ({
  read: async () => {
    const row = await table.get(KEY.partitionKey, KEY.rowKey)
    return row === undefined ? undefined : String(row.value)
  },
  change: () => table.put({ ...KEY, value: randomUUID() }),
})
