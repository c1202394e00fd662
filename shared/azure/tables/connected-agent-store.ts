import type { ConnectedAgent } from '../../registry/connected-agents.ts'
import type { ConnectedAgentStore, StoredConnectedAgent } from '../../registry/connected-agent-store.ts'
import { agentKey, DIDS } from './agent-rows.ts'
import { joinBody, splitBody } from './binary-body.ts'
import { odata, type ReadRow, type Row, type Table } from './open-table.ts'

const PAGE_ROWS = 1000

const ALL = odata`PartitionKey ge ${DIDS.from} and PartitionKey lt ${DIDS.to}`

type Content = Omit<StoredConnectedAgent, 'version'>

/** The time of the last activity has a column: it is written alone, and counts in place of the one in the body. */
const writeRow = ({ agent, before }: Content): Row => ({
  ...agentKey(agent.did),
  ...splitBody(Buffer.from(JSON.stringify({ agent, before }), 'utf8')),
  lastActivity: agent.lastActivity,
})

const readRow = (row: ReadRow): StoredConnectedAgent => {
  const { agent, before }: Content = JSON.parse(joinBody(row))
  return {
    agent: { ...agent, lastActivity: String(row.lastActivity) },
    ...(before === undefined ? {} : { before }),
    version: row.etag,
  }
}

const isAmong = ({ from, to }: typeof DIDS, key: string): boolean => key >= from && key < to

async function* pages(table: Table): AsyncGenerator<ConnectedAgent[], void, undefined> {
  for (let last: string = DIDS.from; ;) {
    const filter = odata`PartitionKey gt ${last} and PartitionKey lt ${DIDS.to}`
    const rows = await table.query(filter, { limit: PAGE_ROWS })
    if (rows.length > 0) yield rows.map((row) => readRow(row).agent)
    if (rows.length < PAGE_ROWS) return
    last = rows.at(-1)?.partitionKey ?? DIDS.to
  }
}

/** Keeps connected agents in the table `agents`, in a range of keys of their own. */
export const createConnectedAgentStore = (table: Table): ConnectedAgentStore => ({
  read: async (did) => {
    const { partitionKey, rowKey } = agentKey(did)
    // The same table has the agents of operators, in other words.
    if (!isAmong(DIDS, partitionKey)) return undefined
    const row = await table.get(partitionKey, rowKey)
    return row === undefined ? undefined : readRow(row)
  },
  insert: async (content) => (await table.insert(writeRow(content))) !== undefined,
  replace: async (content, version) => (await table.replace(writeRow(content), version)) !== undefined,
  remove: (did, version) => {
    const { partitionKey, rowKey } = agentKey(did)
    return table.remove(partitionKey, rowKey, version)
  },
  touch: (did, lastActivity, version) => table.merge({ ...agentKey(did), lastActivity }, version),
  pages: () => pages(table),
  count: async () => (await table.query(ALL, { limit: Infinity, select: ['PartitionKey'] })).length,
})
