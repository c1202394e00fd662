import type { TokenCredential } from '@azure/identity'

/**
 * The identity of the app, for connections without a key. Loaded only when a connection needs it.
 * `clientId` names a user-assigned identity.
 */
export const openCredential = async (clientId?: string): Promise<TokenCredential> => {
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId })
}
