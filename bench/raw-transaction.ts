import { TableClient, type TransactionAction } from '@azure/data-tables'
import { hashText } from '../shared/kernel/ids.ts'
import { makeEvent } from './make-event.ts'

/** The entity-group transaction of one append, by the plain SDK: state row, event row, producer row. */
export type RawTable = {
  /** Answers the function that appends one more event to the stream. */
  createStream(partitionKey: string): () => Promise<void>
}

export const openRawTable = async (connectionString: string): Promise<RawTable> => {
  const client = TableClient.fromConnectionString(connectionString, 'benchraw', {
    allowInsecureConnection: true,
  })
  await client.createTable()
  return {
    createStream: (partitionKey) => {
      // Names that no other stream has, as the gateway gives them: Azurite looks rows up by their RowKey.
      const tag = hashText(partitionKey).slice(0, 8)
      let etag: string | undefined
      let seq = 0
      return async () => {
        const state = { partitionKey, rowKey: `s-${tag}`, next: seq + 1, status: 'open' }
        const d0 = Buffer.from(JSON.stringify(makeEvent(partitionKey, seq)))
        const actions: TransactionAction[] = [
          etag === undefined ? ['create', state] : ['update', state, 'Replace', { etag }],
          ['create', { partitionKey, rowKey: `e${seq}-${tag}`, d0 }],
          ['create', { partitionKey, rowKey: `p${seq}-${tag}`, seq }],
        ]
        const { subResponses } = await client.submitTransaction(actions)
        etag = subResponses[0]?.etag
        seq++
      }
    },
  }
}
