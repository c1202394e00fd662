import { BoundedMap } from '../../kernel/bounded-map.ts'
import { encodeKey, hashText } from '../../kernel/ids.ts'
import type { TaskName } from '../../streams/stream-state.ts'
import type { TaskAlias, TaskAliases } from '../../streams/task-aliases.ts'
import { odata, type ReadRow, type Table } from './open-table.ts'
import { readStream, writeStream } from './stream-rows.ts'

/** Aliases that are remembered: they never change. */
const CACHED_ALIASES = 20_000

/** Agents that may have given the same id, as far as anyone cares. */
const MAX_FOUND = 10

/** No stream has a partition that begins with "!": ids are encoded. */
const partitionOf = (taskId: string): string => `!${encodeKey(taskId)}`

/** The row key is of the task too: Azurite looks rows up by it alone (docs/decisions/2026-11-20-row-keys.md). */
const keysOf = ({ agentId, taskId }: TaskName): { partitionKey: string; rowKey: string } => ({
  partitionKey: partitionOf(taskId),
  rowKey: hashText(JSON.stringify([agentId, taskId])),
})

const toText = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value)

const toAlias = (row: ReadRow): TaskAlias => ({
  agentId: toText(row.agentId),
  taskId: toText(row.taskId),
  owner: toText(row.owner),
  stream: readStream(row),
})

/** In binary: names from outside may have any character. */
const toRow = (alias: TaskAlias): Record<string, unknown> => ({
  agentId: Buffer.from(alias.agentId, 'utf8'),
  taskId: Buffer.from(alias.taskId, 'utf8'),
  owner: Buffer.from(alias.owner, 'utf8'),
  ...writeStream(alias.stream),
})

/** Deletes the alias of a stream that goes; one that meanwhile leads elsewhere stays. */
export const removeAlias = async (table: Table, name: TaskName, stream: string): Promise<void> => {
  const { partitionKey, rowKey } = keysOf(name)
  const row = await table.get(partitionKey, rowKey)
  if (row !== undefined && readStream(row) === stream) await table.remove(partitionKey, rowKey, row.etag)
}

/** Keeps aliases in the table of the streams, one partition a task id. */
export const createTaskAliasStore = (table: Table): TaskAliases => {
  const cache = new BoundedMap<string, TaskAlias>(CACHED_ALIASES)
  const creating = new Map<string, Promise<TaskAlias>>()

  const remember = (alias: TaskAlias): TaskAlias => {
    cache.set(keysOf(alias).rowKey, alias)
    return alias
  }

  const get: TaskAliases['get'] = async (agentId, taskId) => {
    const { partitionKey, rowKey } = keysOf({ agentId, taskId })
    const known = cache.get(rowKey)
    if (known !== undefined) return known
    const row = await table.get(partitionKey, rowKey)
    return row && remember(toAlias(row))
  }

  const create = async (alias: TaskAlias): Promise<TaskAlias> => {
    const isNew = (await table.insert({ ...keysOf(alias), ...toRow(alias) })) !== undefined
    return isNew ? remember(alias) : ((await get(alias.agentId, alias.taskId)) ?? alias)
  }

  return {
    get,
    create: async (alias) => {
      const { rowKey } = keysOf(alias)
      const known = cache.get(rowKey) ?? creating.get(rowKey)
      if (known !== undefined) return known
      const created = create(alias).finally(() => creating.delete(rowKey))
      creating.set(rowKey, created)
      return created
    },
    find: async (taskId) => {
      const rows = await table.query(odata`PartitionKey eq ${partitionOf(taskId)}`, { limit: MAX_FOUND })
      return rows.map(toAlias)
    },
  }
}
