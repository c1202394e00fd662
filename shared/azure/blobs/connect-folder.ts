import type { ContainerClient } from '@azure/storage-blob'
import type { StorageConnection } from '../../kernel/config/connections.ts'
import { openCredential } from '../credential.ts'
import { type BlobFolder, openFolder } from './open-folder.ts'

/** Milliseconds for one request; large bodies are written in one. */
const ATTEMPT_MS = 60_000

const connect = async (connection: StorageConnection, container: string): Promise<ContainerClient> => {
  const { BlobServiceClient } = await import('@azure/storage-blob')
  const options = { retryOptions: { maxTries: 1, tryTimeoutInMs: ATTEMPT_MS } }
  const service =
    'connectionString' in connection
      ? BlobServiceClient.fromConnectionString(connection.connectionString, options)
      : new BlobServiceClient(connection.blobEndpoint, await openCredential(connection.identity), options)
  return service.getContainerClient(container)
}

/** Opens one container of a storage account; the SDK is loaded at the first operation. */
export const connectFolder = (connection: StorageConnection, container: string): BlobFolder =>
  openFolder(() => connect(connection, container))
