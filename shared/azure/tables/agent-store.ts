import type { Agent } from '../../registry/agent.ts'
import type { AgentStore, StoredAgent } from '../../registry/agent-store.ts'
import { agentKey, DIDS } from './agent-rows.ts'
import { joinBody, splitBody } from './binary-body.ts'
import { odata, type ReadRow, type Row, type Table } from './open-table.ts'

const writeRow = (agent: Agent): Row => ({
  ...agentKey(agent.id),
  ...splitBody(Buffer.from(JSON.stringify(agent), 'utf8')),
})

const readRow = (row: ReadRow): StoredAgent => ({ agent: JSON.parse(joinBody(row)), version: row.etag })

/** Two ranges, not one condition: the thousands of connected agents between them are not even looked at. */
const AROUND_DIDS = [odata`PartitionKey lt ${DIDS.from}`, odata`PartitionKey ge ${DIDS.to}`]

/** Keeps agents in the table `agents`: the whole agent as JSON, its secrets sealed by who made it. */
export const createAgentStore = (table: Table): AgentStore => ({
  read: async (id) => {
    const { partitionKey, rowKey } = agentKey(id)
    const row = await table.get(partitionKey, rowKey)
    return row === undefined ? undefined : readRow(row)
  },
  list: async () => {
    const parts = await Promise.all(AROUND_DIDS.map((filter) => table.query(filter, { limit: Infinity })))
    return parts.flat().map(readRow)
  },
  insert: async (agent) => (await table.insert(writeRow(agent))) !== undefined,
  replace: async (agent, version) => (await table.replace(writeRow(agent), version)) !== undefined,
  remove: (id, version) => {
    const { partitionKey, rowKey } = agentKey(id)
    return table.remove(partitionKey, rowKey, version)
  },
})
