import { UsageError } from '../../service/run.ts'
import { resolveSetting, type Settings } from '../settings/resolve-setting.ts'

/** How a trigger reaches its namespace: with a key, or as the identity of whoever runs this program. */
export type Connection =
  { connectionString: string } | { namespace: string; clientId: string | undefined; isManaged: boolean }

const lookUp = (settings: Settings, name: string): string | undefined =>
  settings.get(`AzureWebJobs${name}`) ??
  settings.get(name) ??
  settings.get(`ConnectionStrings:AzureWebJobs${name}`) ??
  settings.get(`ConnectionStrings:${name}`)

/**
 * Resolves the `connection` of a trigger: the setting `AzureWebJobs<name>`, then `<name>` (also among the connection
 * strings), or the section `<name>__fullyQualifiedNamespace`, `__clientId`, `__credential` (`managedidentity`: no other
 * sign-in is tried); `%SETTING%` inside the name is replaced first.
 * @throws UsageError naming the setting that is missing.
 */
export const resolveConnection = (settings: Settings, connection: string): Connection => {
  const name = resolveSetting(settings, connection)
  const connectionString = lookUp(settings, name)
  if (connectionString !== undefined && connectionString !== '') return { connectionString }
  for (const section of [`AzureWebJobs${name}`, name]) {
    const namespace = settings.get(`${section}__fullyQualifiedNamespace`)
    if (!namespace) continue
    const isManaged = settings.get(`${section}__credential`)?.toLowerCase() === 'managedidentity'
    return { namespace, clientId: settings.get(`${section}__clientId`), isManaged }
  }
  throw new UsageError(
    `Service Bus connection '${name}' is not set. Add the app setting ${name} (a connection string) or ${name}__fullyQualifiedNamespace.`,
  )
}
