import { ServiceBusClient } from '@azure/service-bus'
import { ACCEPT_TIMEOUT_MS } from '../limits.ts'
import type { Connection } from './resolve-connection.ts'

/** One attempt, quick pauses: the pumps outlive a broker that is away by themselves. */
const CLIENT_OPTIONS = {
  retryOptions: {
    maxRetries: 0,
    timeoutInMs: ACCEPT_TIMEOUT_MS,
    retryDelayInMs: 200,
    maxRetryDelayInMs: 2_000,
  },
}

/** Makes clients for the connection of a binding; without a key they sign in as whoever runs this program. */
export const createConnector = async (connection: Connection): Promise<() => ServiceBusClient> => {
  if ('connectionString' in connection)
    return () => new ServiceBusClient(connection.connectionString, CLIENT_OPTIONS)
  const { DefaultAzureCredential } = await import('@azure/identity')
  const { namespace, clientId } = connection
  const credential = new DefaultAzureCredential(
    clientId === undefined ? {} : { managedIdentityClientId: clientId },
  )
  return () => new ServiceBusClient(namespace, credential, CLIENT_OPTIONS)
}
