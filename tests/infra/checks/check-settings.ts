import type { DeploymentNames } from '../../../shared/contract/topology.ts'
import type { Config } from '../../../shared/kernel/config.ts'
import type { Deployment } from '../bicep/deploy.ts'
import type { Infra } from '../create-infra.ts'
import { refusedOnFlex } from '../settings/platform-settings.ts'
import { readSettings, type AppSettings } from '../settings/read-settings.ts'
import { compareLines } from './compare-lines.ts'
import { deployments } from './deployments.ts'
import { madeOf, propertiesOf } from './resources.ts'

/** What a deployment needs beyond what the app itself names as a problem. */
const needed = [
  // The host reaches storage and bus as the identity, by the sections of its connections.
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'AZURE_SERVICE_BUS_CONNECTION_STRING__credential',
  'AZURE_SERVICE_BUS_CONNECTION_STRING__clientId',
  'AZURE_CLIENT_ID',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AGENT_GATEWAY_A2A__PROXY_ID',
  'AGENT_GATEWAY_STREAMS__MAX_VIEWERS',
  'PUBLIC_URL',
  // Without them every event of an agent's socket is refused.
  'AGENT_GATEWAY_SIGNALING__WEBHOOK__TENANT_ID',
  'AGENT_GATEWAY_SIGNALING__WEBHOOK__AUDIENCE',
  'AGENT_GATEWAY_SIGNALING__WEBHOOK__OBJECT_IDS',
]

/** The app settings, with some text for what only Azure knows. */
export const settingsOf = (deployment: Deployment): AppSettings => {
  const [config] = madeOf(deployment, 'Microsoft.Web/sites/config')
  const written = config === undefined ? {} : propertiesOf(config)
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, String(value).replaceAll(/\$\{[^}]*\}/g, 'x')]),
  )
}

const namesIn = ({ proxy, service_bus: bus }: Config): string[] => [
  `id ${proxy.id}`,
  `topic ${bus.topic}`,
  `subscription ${bus.subscription}`,
  `suffix ${bus.queue_suffix}`,
]

const expectedNames = ({
  proxyId,
  subscription = 'gateway',
  queueSuffix = '',
}: DeploymentNames): string[] => [
  `id ${proxyId}`,
  'topic agent-events',
  `subscription ${subscription}`,
  `suffix ${queueSuffix}`,
]

const partsFound = (wanted: unknown, { parts }: Config): string[] => {
  const named = String(wanted ?? '').split(/ *, */)
  const isWanted = (part: string): boolean => named[0] === '' || named.includes(part)
  return parts.filter((part) => !isWanted(part)).map((part) => `part ${part} runs, though it is not named`)
}

const connectionsByKey = ({ connections, storage, service_bus: bus }: Config): string[] => {
  const used = [
    ...storage.accounts.flat().map((name) => connections.storage(name)),
    ...bus.namespaces.map((name) => connections.serviceBus(name)),
    connections.webPubSub(),
  ]
  return used.flatMap((connection) => {
    if ('connectionString' in connection) return ['a connection has a key']
    return connection.identity.clientId === 'x' ? [] : ['a connection names no identity']
  })
}

/** The app settings of every deployment against what the app and the host read of them. */
export const checkSettings = (infra: Infra): string[] =>
  deployments.flatMap(({ parameters, names }) => {
    const settings = settingsOf(infra.deployWith(parameters))
    const { config, unknown } = readSettings(settings)
    const found = [
      ...unknown.map((name) => `nobody reads ${name}`),
      ...needed.filter((name) => !settings[name]).map((name) => `missing: ${name}`),
      ...Object.keys(settings)
        .filter((name) => refusedOnFlex.test(name))
        .map((name) => `Flex Consumption refuses ${name}`),
      ...config.problems.map(({ setting, message }) => `${setting}: ${message}`),
      ...(config.environment === 'production' ? [] : ['it is a machine of one’s own']),
      ...compareLines(expectedNames(names), namesIn(config)),
      ...partsFound(parameters['parts'], config),
    ]
    const all = config.problems.length === 0 ? [...found, ...connectionsByKey(config)] : found
    return all.map((line) => `${JSON.stringify(parameters)}: ${line}`)
  })
