import type { ServiceBusConnection } from './connections.ts'
import type { Problem } from './problem.ts'
import type { ProxyConfig } from './proxy-config.ts'
import type { SettingsFile } from './read-settings-file.ts'

/** What app settings say of the same things. `serviceBus` throws when it is not configured. */
export type Deployment = { publicUrl: string | undefined; serviceBus(): ServiceBusConnection }

type Difference = { path: string[]; message: string }

const HTTP_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 }

const endpointOf = (connectionString: string): string =>
  /(?:^|;)\s*Endpoint=sb:\/\/([^/;]+)/i.exec(connectionString)?.[1]?.toLowerCase() ?? ''

const hostOf = (connection: ServiceBusConnection): string =>
  'connectionString' in connection
    ? endpointOf(connection.connectionString)
    : connection.fullyQualifiedNamespace.toLowerCase()

/** A namespace may be written in full or by its name alone, without a port. */
const namesHost = (namespace: string, host: string): boolean => {
  const [withoutPort = ''] = host.split(':')
  const isAddress = /^[\d.]+$/.test(withoutPort)
  const names = [host, withoutPort, ...(isAddress ? [] : [withoutPort.split('.')[0] ?? ''])]
  return names.includes(namespace.toLowerCase())
}

const comparePort = (port: number | undefined, publicUrl: string | undefined): Difference[] => {
  if (port === undefined || publicUrl === undefined) return []
  const { protocol, port: written } = new URL(publicUrl)
  const actual = Number(written) || (HTTP_PORTS[protocol] ?? 0)
  return actual === port
    ? []
    : [
        {
          path: ['proxy', 'port'],
          message: `is ${port}, but the gateway is reached at port ${actual} (PUBLIC_URL)`,
        },
      ]
}

const compareBus = ({ servicebus }: ProxyConfig, connection: ServiceBusConnection): Difference[] => {
  const { namespace, connectionString } = servicebus
  const host = hostOf(connection)
  const differences: Difference[] = []
  if (namespace !== undefined && !namesHost(namespace, host)) {
    differences.push({
      path: ['servicebus', 'namespace'],
      message: 'is not the namespace of the app settings (AZURE_SERVICE_BUS_CONNECTION_STRING)',
    })
  }
  if (connectionString !== undefined) {
    const isSame = 'connectionString' in connection && connection.connectionString === connectionString
    if (!isSame) {
      differences.push({
        path: ['servicebus', 'connectionString'],
        message: 'is not the connection of the app settings (AZURE_SERVICE_BUS_CONNECTION_STRING)',
      })
    }
  }
  return differences
}

const orUndefined = (read: () => ServiceBusConnection): ServiceBusConnection | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The keys of proxy-config.yaml that say otherwise than the app settings, which count. */
export const compareProxyConfig = (
  proxy: ProxyConfig,
  deployment: Deployment,
  locate: SettingsFile['locate'],
): Problem[] => {
  const connection = orUndefined(deployment.serviceBus)
  const differences = [
    ...comparePort(proxy.proxy.port, deployment.publicUrl),
    ...(connection === undefined ? [] : compareBus(proxy, connection)),
  ]
  return differences.map(({ path, message }) => ({
    setting: path.join('.'),
    message: `${locate(path)}: ${path.join('.')} ${message}. The app settings count.`,
    remedy: `Remove ${path.join('.')}, or make it agree, and restart.`,
  }))
}
