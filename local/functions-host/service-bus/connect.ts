import type { TokenCredential } from '@azure/identity'
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

type IdentityConnection = Exclude<Connection, { connectionString: string }>

/** As the connections of the Functions host are made: a clientId alone does not rule out other sign-ins. */
const openCredential = async ({ clientId, isManaged }: IdentityConnection): Promise<TokenCredential> => {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity')
  if (!isManaged)
    return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId })
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId })
}

/** Makes clients for the connection of a binding; without a key they sign in as whoever runs this program. */
export const createConnector = async (connection: Connection): Promise<() => ServiceBusClient> => {
  if ('connectionString' in connection)
    return () => new ServiceBusClient(connection.connectionString, CLIENT_OPTIONS)
  const credential = await openCredential(connection)
  return () => new ServiceBusClient(connection.namespace, credential, CLIENT_OPTIONS)
}
