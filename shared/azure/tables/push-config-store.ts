import * as z from 'zod'
import {
  MAX_PUSH_CONFIGS,
  type PushConfigStore,
  type PushTask,
  type StoredPushConfig,
} from '../../a2a/push/push-config-store.ts'
import { A2aVersion } from '../../contract/a2a/dialect.ts'
import { hashText } from '../../kernel/ids.ts'
import { joinBody, splitBody } from './binary-body.ts'
import { odata, type ReadRow, type Table } from './open-table.ts'

const TAG_CHARACTERS = 8

const Stored = z.object({
  id: z.string(),
  owner: z.string(),
  version: A2aVersion,
  createdAt: z.number(),
  sealed: z.string(),
  /** The task, for whoever goes through the rows. */
  agentId: z.string(),
  stream: z.string(),
})

/** Hashes, because an agent's id and a stream's id together may be longer than a key. */
const partitionOf = ({ agentId, stream }: PushTask): string =>
  `push-${hashText(JSON.stringify([agentId, stream]))}`

/** The row names end in a tag of their partition (docs/decisions/2026-11-20-row-keys.md). */
const rowOf = (partitionKey: string, id: string): string =>
  `c${hashText(id)}-${hashText(partitionKey).slice(0, TAG_CHARACTERS)}`

const read = (row: ReadRow): StoredPushConfig => {
  const { agentId: _agent, stream: _stream, ...config } = Stored.parse(JSON.parse(joinBody(row)))
  return config
}

const write = ({ agentId, stream }: PushTask, config: StoredPushConfig): Record<string, Uint8Array> =>
  splitBody(Buffer.from(JSON.stringify({ ...config, agentId, stream }), 'utf8'))

/** Keeps push configs in the table `notifications`: a partition per task, a row per config. */
export const createPushConfigStore = (table: Table): PushConfigStore => {
  const locate = (task: PushTask, id: string): { partitionKey: string; rowKey: string } => {
    const partitionKey = partitionOf(task)
    return { partitionKey, rowKey: rowOf(partitionKey, id) }
  }

  return {
    put: (task, config) => table.put({ ...locate(task, config.id), ...write(task, config) }),
    get: async (task, id) => {
      const { partitionKey, rowKey } = locate(task, id)
      const row = await table.get(partitionKey, rowKey)
      return row === undefined ? undefined : read(row)
    },
    list: async (task) => {
      const rows = await table.query(odata`PartitionKey eq ${partitionOf(task)}`, { limit: MAX_PUSH_CONFIGS })
      return rows.map(read).toSorted((a, b) => a.createdAt - b.createdAt)
    },
    remove: (task, id) => {
      const { partitionKey, rowKey } = locate(task, id)
      return table.remove(partitionKey, rowKey)
    },
  }
}
