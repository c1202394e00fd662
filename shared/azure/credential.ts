import type { TokenCredential } from '@azure/identity'
import type { Identity } from '../kernel/config/identity.ts'

/** The default chain would look for other sign-ins, and start programs, whenever the tokens of Azure are late. */
const create = async ({ isManaged, clientId }: Identity): Promise<TokenCredential> => {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity')
  if (!isManaged)
    return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId })
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId })
}

const opened = new Map<string, Promise<TokenCredential>>()

/** The app as an identity of its deployment, for connections without a key: loaded when one needs it, one for all. */
export const openCredential = (identity: Identity): Promise<TokenCredential> => {
  const name = JSON.stringify([identity.isManaged, identity.clientId])
  const credential = opened.get(name) ?? create(identity)
  opened.set(name, credential)
  return credential
}
