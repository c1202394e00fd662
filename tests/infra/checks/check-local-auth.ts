import type { Resource } from '../bicep/read-resource.ts'
import type { Infra } from '../create-infra.ts'
import { compareLines } from './compare-lines.ts'
import { deployments } from './deployments.ts'
import { madeOf, propertiesOf, valueAt } from './resources.ts'

/** What has to stand in a resource so that nobody comes in by a key, a password or in clear. */
const closed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'Microsoft.ServiceBus/namespaces': {
    'properties.disableLocalAuth': true,
    'properties.minimumTlsVersion': '1.2',
  },
  'Microsoft.SignalRService/webPubSub': { 'properties.disableLocalAuth': true },
  'Microsoft.Storage/storageAccounts': {
    'properties.allowSharedKeyAccess': false,
    'properties.allowBlobPublicAccess': false,
    'properties.supportsHttpsTrafficOnly': true,
    'properties.minimumTlsVersion': 'TLS1_2',
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers': { 'properties.publicAccess': 'None' },
  'Microsoft.Insights/components': { 'properties.DisableLocalAuth': true },
  'Microsoft.OperationalInsights/workspaces': { 'properties.features.disableLocalAuth': true },
  'Microsoft.KeyVault/vaults': { 'properties.enableRbacAuthorization': true },
  'Microsoft.Web/sites': { 'properties.httpsOnly': true, 'properties.siteConfig.minTlsVersion': '1.2' },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { 'properties.allow': false },
}

/** Types that nobody signs in to by themselves. */
const withoutKeys =
  /^Microsoft\.(Authorization|Consumption|Insights\/(actionGroups|metricAlerts|scheduledQueryRules)|KeyVault\/vaults\/secrets|ManagedIdentity|Network|Cdn|Resources|ServiceBus\/namespaces\/|SignalRService\/webPubSub\/hubs|Storage\/storageAccounts\/|Web\/(serverfarms|sites\/config))/

const checkResource = (resource: Resource): string[] => {
  const { type, body } = resource
  const rules = closed[type]
  if (rules === undefined)
    return withoutKeys.test(type) ? [] : [`${type}: can somebody sign in there with a key?`]
  return Object.entries(rules)
    .filter(([path, wanted]) => valueAt(body, ...path.split('.')) !== wanted)
    .map(([path, wanted]) => `${type}: ${path} is not ${String(wanted)}`)
}

/** Services that a private network closes to the public one. Web PubSub stays open for viewers and agents. */
const closable = [
  'Microsoft.ServiceBus/namespaces',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.KeyVault/vaults',
]

const checkPrivateNetwork = (infra: Infra): string[] => {
  const deployment = infra.deployWith({ privateNetwork: true })
  const open = closable.flatMap((type) =>
    madeOf(deployment, type).filter(
      (resource) => propertiesOf(resource)['publicNetworkAccess'] !== 'Disabled',
    ),
  )
  const groups = madeOf(deployment, 'Microsoft.Network/privateEndpoints').map((endpoint) => {
    const [connection] = [propertiesOf(endpoint)['privateLinkServiceConnections']].flat()
    return String(valueAt(connection, 'properties', 'groupIds'))
  })
  return [
    ...open.map(({ type }) => `${type} is open beside the private network`),
    ...compareLines(['blob', 'table', 'namespace', 'webpubsub', 'vault'], groups),
  ]
}

/** Nobody signs in with a key, a password or in clear, and a private network is closed. */
export const checkLocalAuth = (infra: Infra): string[] => [
  ...new Set(
    deployments.flatMap(({ parameters }) =>
      infra
        .deployWith(parameters)
        .resources.filter(({ isExisting }) => !isExisting)
        .flatMap(checkResource),
    ),
  ),
  ...compareLines(
    ['ftp', 'scm'],
    madeOf(infra.deployWith(), 'Microsoft.Web/sites/basicPublishingCredentialsPolicies').map(
      ({ names }) => names.at(-1) ?? '',
    ),
  ),
  ...checkPrivateNetwork(infra),
]
