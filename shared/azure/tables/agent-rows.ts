import { encodeKey, hashText } from '../../kernel/ids.ts'
import type { Row } from './open-table.ts'

const TAG_CHARACTERS = 8

/** The partitions of connected agents: their ids are DIDs, and no other id has a colon. */
export const DIDS = { from: 'did%3A', to: 'did%3B' } as const

/** A partition per agent; its row ends in a tag of it (docs/decisions/2026-11-20-row-keys.md). */
export const agentKey = (id: string): Pick<Row, 'partitionKey' | 'rowKey'> => {
  const partitionKey = encodeKey(id)
  return { partitionKey, rowKey: `agent-${hashText(partitionKey).slice(0, TAG_CHARACTERS)}` }
}
