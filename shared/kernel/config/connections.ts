import { notConfigured } from '../errors.ts'
import { isFor, type ServiceKind } from './connection-string.ts'
import { type Identity, readIdentity } from './identity.ts'
import type { Problem } from './problem.ts'

/** A connection string, or an address that is used with an identity of the deployment. */
export type StorageConnection =
  { connectionString: string } | { tableEndpoint: string; blobEndpoint: string; identity: Identity }
export type ServiceBusConnection =
  { connectionString: string } | { fullyQualifiedNamespace: string; identity: Identity }
export type WebPubSubConnection = { connectionString: string } | { endpoint: string; identity: Identity }

/**
 * The services the gateway stands on, by connection name.
 * Every function throws GatewayError 503 `not_configured`, naming the setting, when it is missing or malformed.
 */
export type Connections = {
  storage(name: string): StorageConnection
  serviceBus(name: string): ServiceBusConnection
  webPubSub(): WebPubSubConnection
  /** As whom the deployment signs in elsewhere: to agents that take tokens of Microsoft Entra. */
  identity: Identity
}

export type Environment = Readonly<Record<string, string | undefined>>

type Resolved<Connection> = { connection: Connection } | { problem: Problem }

export const WEB_PUBSUB = 'WEB_PUBSUB_CONNECTION_STRING'

const isAddress = (value: string): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)

const identities = {
  storage: (env: Environment, name: string): StorageConnection | undefined => {
    const account = env[`${name}__accountName`]
    const tableEndpoint =
      env[`${name}__tableServiceUri`] || (account && `https://${account}.table.core.windows.net`)
    const blobEndpoint =
      env[`${name}__blobServiceUri`] || (account && `https://${account}.blob.core.windows.net`)
    if (!tableEndpoint || !blobEndpoint || !isAddress(tableEndpoint) || !isAddress(blobEndpoint))
      return undefined
    return { tableEndpoint, blobEndpoint, identity: readIdentity(env, name) }
  },
  serviceBus: (env: Environment, name: string): ServiceBusConnection | undefined => {
    const namespace = env[`${name}__fullyQualifiedNamespace`]
    return namespace ? { fullyQualifiedNamespace: namespace, identity: readIdentity(env, name) } : undefined
  },
  webPubSub: (env: Environment, name: string): WebPubSubConnection | undefined => {
    const endpoint = env[`${name}__endpoint`]
    return endpoint && isAddress(endpoint) ? { endpoint, identity: readIdentity(env, name) } : undefined
  },
}

const remedies: Record<ServiceKind, (name: string) => string> = {
  storage: (name) =>
    `Set ${name} to the connection string of a storage account, or ${name}__accountName (or ${name}__tableServiceUri and ${name}__blobServiceUri) to use the identity of the app.`,
  serviceBus: (name) =>
    `Set ${name} to the connection string of a Service Bus namespace, or ${name}__fullyQualifiedNamespace to use the identity of the app.`,
  webPubSub: (name) =>
    `Set ${name} to the connection string of a Web PubSub service, or ${name}__endpoint to use the identity of the app.`,
}

const resolve = <Kind extends ServiceKind>(
  kind: Kind,
  env: Environment,
  name: string,
): Resolved<{ connectionString: string } | NonNullable<ReturnType<(typeof identities)[Kind]>>> => {
  const text = env[name]
  if (text && isFor(kind, text)) return { connection: { connectionString: text } }
  const identity = text ? undefined : identities[kind](env, name)
  if (identity !== undefined) {
    return { connection: identity as NonNullable<ReturnType<(typeof identities)[Kind]>> }
  }
  const isTouched = Boolean(text) || Object.keys(env).some((key) => key.startsWith(`${name}__`) && env[key])
  const message = isTouched ? `${name} is set, but it is not a usable connection.` : `${name} is not set.`
  return { problem: { setting: name, message, remedy: remedies[kind](name) } }
}

const use = <Connection>(resolved: Resolved<Connection> | undefined, name: string): Connection => {
  if (resolved === undefined)
    throw notConfigured(name, `${name} is not a connection that the configuration names.`)
  if ('connection' in resolved) return resolved.connection
  throw notConfigured(name, `${resolved.problem.message} ${resolved.problem.remedy}`)
}

/** Resolves every connection that the configuration names, once; what is wrong is collected, not thrown. */
export const resolveConnections = (
  env: Environment,
  names: { storage: readonly string[]; serviceBus: readonly string[] },
): { connections: Connections; problems: Problem[] } => {
  const storage = new Map(names.storage.map((name) => [name, resolve('storage', env, name)]))
  const serviceBus = new Map(names.serviceBus.map((name) => [name, resolve('serviceBus', env, name)]))
  const webPubSub = resolve('webPubSub', env, WEB_PUBSUB)
  return {
    connections: {
      storage: (name) => use(storage.get(name), name),
      serviceBus: (name) => use(serviceBus.get(name), name),
      webPubSub: () => use(webPubSub, WEB_PUBSUB),
      identity: readIdentity(env),
    },
    problems: [...serviceBus.values(), ...storage.values(), webPubSub].flatMap((resolved) =>
      'problem' in resolved ? [resolved.problem] : [],
    ),
  }
}
