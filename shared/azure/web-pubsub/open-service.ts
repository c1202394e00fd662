import { WebPubSubServiceClient } from '@azure/web-pubsub'
import type { WebPubSubConnection } from '../../kernel/config/connections.ts'
import { openCredential } from '../credential.ts'

/** The hub of tasks and topics; `agents` is the hub of sockets. */
export const GATEWAY_HUB = 'gateway'

/** The service side of a hub: makes client tokens (locally with a key, by a call with an identity). */
export const openService = async (connection: WebPubSubConnection): Promise<WebPubSubServiceClient> => {
  if ('connectionString' in connection) {
    const allowInsecureConnection = /Endpoint=http:/i.test(connection.connectionString)
    return new WebPubSubServiceClient(connection.connectionString, GATEWAY_HUB, { allowInsecureConnection })
  }
  return new WebPubSubServiceClient(
    connection.endpoint,
    await openCredential(connection.clientId),
    GATEWAY_HUB,
  )
}
