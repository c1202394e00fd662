import { encodeKey, hashText } from '../../kernel/ids.ts'
import type { Agent } from '../../registry/agent.ts'
import type { AgentStore, StoredAgent } from '../../registry/agent-store.ts'
import { joinBody, splitBody } from './binary-body.ts'
import { odata, type ReadRow, type Row, type Table } from './open-table.ts'

/** Rows that Table Storage gives in one answer (Querying tables and entities). */
const PAGE_ROWS = 1000

const TAG_CHARACTERS = 8

/** A partition per agent; its row ends in a tag of it (docs/decisions/2026-11-20-row-keys.md). */
const keyOf = (id: string): Pick<Row, 'partitionKey' | 'rowKey'> => {
  const partitionKey = encodeKey(id)
  return { partitionKey, rowKey: `agent-${hashText(partitionKey).slice(0, TAG_CHARACTERS)}` }
}

const writeRow = (agent: Agent): Row => ({
  ...keyOf(agent.id),
  ...splitBody(Buffer.from(JSON.stringify(agent), 'utf8')),
})

const readRow = (row: ReadRow): StoredAgent => ({ agent: JSON.parse(joinBody(row)), version: row.etag })

/** Keeps agents in the table `agents`: the whole agent as JSON, its secrets sealed by who made it. */
export const createAgentStore = (table: Table): AgentStore => ({
  read: async (id) => {
    const { partitionKey, rowKey } = keyOf(id)
    const row = await table.get(partitionKey, rowKey)
    return row === undefined ? undefined : readRow(row)
  },
  list: async () => {
    const agents: StoredAgent[] = []
    for (let last = ''; ;) {
      const rows = await table.query(odata`PartitionKey gt ${last}`, { limit: PAGE_ROWS })
      agents.push(...rows.map(readRow))
      last = rows.at(-1)?.partitionKey ?? ''
      if (rows.length < PAGE_ROWS) return agents
    }
  },
  insert: async (agent) => (await table.insert(writeRow(agent))) !== undefined,
  replace: async (agent, version) => (await table.replace(writeRow(agent), version)) !== undefined,
  remove: (id, version) => {
    const { partitionKey, rowKey } = keyOf(id)
    return table.remove(partitionKey, rowKey, version)
  },
})
