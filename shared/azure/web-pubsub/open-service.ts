import { WebPubSubServiceClient } from '@azure/web-pubsub'
import type { WebPubSubConnection } from '../../kernel/config/connections.ts'
import { openCredential } from '../credential.ts'

/** The hub of tasks and topics. */
export const GATEWAY_HUB = 'gateway'
/** The hub of agents' sockets; its events go to the webhook. */
export const AGENTS_HUB = 'agents'

/** One short second attempt: by itself the SDK would go on for six seconds. */
const RETRY = { maxRetries: 1, retryDelayInMs: 200 }

/** The service side of a hub: makes client tokens (locally with a key, by a call with an identity). */
export const openService = async (
  connection: WebPubSubConnection,
  hub: string,
): Promise<WebPubSubServiceClient> => {
  if ('connectionString' in connection) {
    const allowInsecureConnection = /Endpoint=http:/i.test(connection.connectionString)
    return new WebPubSubServiceClient(connection.connectionString, hub, {
      allowInsecureConnection,
      retryOptions: RETRY,
    })
  }
  return new WebPubSubServiceClient(connection.endpoint, await openCredential(connection.identity), hub, {
    retryOptions: RETRY,
  })
}
