import type { TokenCredential } from '@azure/identity'
import type { Identity } from '../kernel/config/identity.ts'
import { unavailable } from '../kernel/errors.ts'

/** The default chain would look for other sign-ins, and start programs, whenever the tokens of Azure are late. */
const create = async ({ isManaged, clientId }: Identity): Promise<TokenCredential> => {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity')
  if (!isManaged)
    return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId })
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId })
}

/** To those who wait for a service it is as if the service were away. */
const tellOutage = (credential: TokenCredential): TokenCredential => ({
  getToken: async (scopes, options) => {
    try {
      return await credential.getToken(scopes, options)
    } catch (cause) {
      throw unavailable(
        `The identity of the deployment got no token for ${String(scopes)}. Check that it is assigned to the app, and AZURE_CLIENT_ID.`,
        { cause },
      )
    }
  },
})

const opened = new Map<string, Promise<TokenCredential>>()

/**
 * The app as an identity of its deployment, for connections without a key: loaded when one needs it, one for all.
 * `getToken` throws GatewayError 503.
 */
export const openCredential = (identity: Identity): Promise<TokenCredential> => {
  const name = JSON.stringify([identity.isManaged, identity.clientId])
  const credential = opened.get(name) ?? create(identity).then(tellOutage)
  opened.set(name, credential)
  return credential
}
