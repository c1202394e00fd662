import type { ServiceContext } from '../context.ts'
import type { Client } from './client.ts'
import { cancelStreams } from './streams.ts'

/** What follows the end of a session: its streams end, its invocations are given up, the event handler is told. */
export const sessionEnded = (context: ServiceContext, client: Client, reason: string): void => {
  const { connection } = client
  connection.away?.cancel()
  cancelStreams(context, client)
  for (const invocation of connection.invocations?.values() ?? []) invocation.abort()
  context.upstream.notify(connection, 'disconnected', { reason })
}
