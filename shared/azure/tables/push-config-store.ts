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
  agentId: z.string(),
})

/** By the stream alone, so that the configs go when the stream goes; a hash, because a stream may have any name. */
const partitionOf = (stream: string): string => `push-${hashText(stream)}`

/** The row names end in a tag of their partition (docs/decisions/2026-11-20-row-keys.md). */
const rowOf = (partitionKey: string, id: string): string =>
  `c${hashText(id)}-${hashText(partitionKey).slice(0, TAG_CHARACTERS)}`

const locate = ({ stream }: PushTask, id: string): { partitionKey: string; rowKey: string } => {
  const partitionKey = partitionOf(stream)
  return { partitionKey, rowKey: rowOf(partitionKey, id) }
}

/** Undefined when the config is of a task of another agent. */
const read = (row: ReadRow, task: PushTask): StoredPushConfig | undefined => {
  const { agentId, ...config } = Stored.parse(JSON.parse(joinBody(row)))
  return agentId === task.agentId ? config : undefined
}

const write = ({ agentId }: PushTask, config: StoredPushConfig): Record<string, Uint8Array> =>
  splitBody(Buffer.from(JSON.stringify({ ...config, agentId }), 'utf8'))

/** Keeps push configs in the table `notifications`: a partition per task, a row per config. */
export const createPushConfigStore = (table: Table): PushConfigStore => {
  const rowsOf = (stream: string): Promise<ReadRow[]> =>
    table.query(odata`PartitionKey eq ${partitionOf(stream)}`, { limit: MAX_PUSH_CONFIGS })

  return {
    put: async (task, config) =>
      void (await table.put({ ...locate(task, config.id), ...write(task, config) })),
    get: async (task, id) => {
      const { partitionKey, rowKey } = locate(task, id)
      const row = await table.get(partitionKey, rowKey)
      return row && read(row, task)
    },
    list: async (task) => {
      const rows = await rowsOf(task.stream)
      const configs = rows.map((row) => read(row, task)).filter((config) => config !== undefined)
      return configs.toSorted((a, b) => a.createdAt - b.createdAt)
    },
    remove: async (task, id) => {
      const { partitionKey, rowKey } = locate(task, id)
      return table.remove(partitionKey, rowKey)
    },
    removeAll: async (stream) => {
      for (;;) {
        const rows = await rowsOf(stream)
        if (rows.length === 0) return
        for (const { partitionKey, rowKey } of rows) await table.remove(partitionKey, rowKey)
      }
    },
  }
}
