/** The environment of the process, as far as it matters here. */
type Environment = Readonly<Record<string, string | undefined>>

/** As whom the deployment signs in where it has no key. */
export type Identity = {
  /** Whether Azure gives tokens to this process; elsewhere it is whoever is signed in on the machine. */
  isManaged: boolean
  /** Names a user-assigned identity. */
  clientId?: string
}

/**
 * The identity of the deployment: `IDENTITY_ENDPOINT` is set where App Service and Functions give tokens, `AZURE_CLIENT_ID`
 * names which identity. A connection may have another one, by its `__clientId`.
 */
export const readIdentity = (env: Environment, connection?: string): Identity => {
  const clientId = (connection && env[`${connection}__clientId`]) || env['AZURE_CLIENT_ID']
  return { isManaged: Boolean(env['IDENTITY_ENDPOINT']), ...(clientId ? { clientId } : {}) }
}
