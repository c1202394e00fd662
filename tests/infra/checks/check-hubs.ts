import { hubSettings } from '../../../local/cloud/hub-settings.ts'
import { AGENTS_HUB, GATEWAY_HUB } from '../../../shared/azure/web-pubsub/open-service.ts'
import type { Deployment } from '../bicep/deploy.ts'
import type { Resource } from '../bicep/read-resource.ts'
import { isFields, type Fields, type Value } from '../bicep/value.ts'
import type { Infra } from '../create-infra.ts'
import { compareLines } from './compare-lines.ts'
import { madeOf, propertiesOf, valueAt } from './resources.ts'

type Handler = { urlTemplate?: unknown; userEventPattern?: unknown; systemEvents?: unknown }

const describe = (hub: string, policy: unknown, handlers: Handler[]): string[] => [
  `hub ${hub}, anonymous ${String(policy ?? 'deny')}`,
  ...handlers.map(({ urlTemplate, userEventPattern, systemEvents }) =>
    [`hub ${hub} tells ${String(urlTemplate)}`, String(userEventPattern), JSON.stringify(systemEvents)].join(
      ' ',
    ),
  ),
]

const handlersIn = (value: Value | undefined): Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : []

/** Where the app finds itself: what the hub tells goes to the same address. */
const APP = 'https://${app.properties.defaultHostName}'

const expected = Object.entries(hubSettings(APP).hubs ?? {}).flatMap(([hub, settings]) =>
  describe(hub, settings.anonymousConnectPolicy, settings.eventHandlers ?? []),
)

/** Resources whose tokens name them otherwise (Entra, workload identity federation: audiences). */
const audiences: Readonly<Record<string, string>> = {
  'api://AzureADTokenExchange': 'fb60f99c-7a34-4190-8149-302f77469936',
}

/** What is wrong with the token that comes with an event. @param audience what the app takes */
const wrongTokens = ({ auth }: Fields, audience: Value | undefined): string[] => {
  const resource = String(valueAt(auth, 'managedIdentity', 'resource'))
  if (valueAt(auth, 'type') !== 'ManagedIdentity') return ['events come without a token of the identity']
  const named = audiences[resource] ?? resource
  return named === audience ? [] : [`tokens for ${resource} name ${named}, the app takes ${String(audience)}`]
}

/** What is wrong with the hubs that some environments make together, each with its parts. */
const checkTogether = (deployments: readonly Deployment[]): string[] => {
  const made = (type: string): Resource[] => deployments.flatMap((deployment) => madeOf(deployment, type))
  const hubs = made('Microsoft.SignalRService/webPubSub/hubs')
  const found = hubs.flatMap((hub) => {
    const { anonymousConnectPolicy, eventHandlers } = propertiesOf(hub)
    return describe(hub.names.at(-1) ?? '', anonymousConnectPolicy, handlersIn(eventHandlers))
  })
  const names = hubs.map(({ names: each }) => each.at(-1))
  const [settings] = made('Microsoft.Web/sites/config')
  const audience = settings && propertiesOf(settings)['AGENT_GATEWAY_SIGNALING__WEBHOOK__AUDIENCE']
  const handlers = hubs.flatMap((hub) => handlersIn(propertiesOf(hub)['eventHandlers']))
  const services = made('Microsoft.SignalRService/webPubSub')
  const signs = services.map(({ body }) => valueAt(body, 'identity', 'type'))
  return [
    ...compareLines(expected, found),
    ...[GATEWAY_HUB, AGENTS_HUB].filter((hub) => !names.includes(hub)).map((hub) => `no hub ${hub}`),
    ...handlers.flatMap((handler) => wrongTokens(handler, audience)),
    ...(services.length === 1 ? [] : [`there are ${services.length} services of Web PubSub`]),
    ...(signs[0] === 'SystemAssigned' ? [] : ['Web PubSub has no identity to sign its events with']),
  ]
}

/** The hubs against those of the local cloud, and what makes a token of an event one that the app takes. */
export const checkHubs = (infra: Infra): string[] => [
  ...checkTogether([infra.deployWith()]),
  // The app of signaling apart from the others, on the same services.
  ...checkTogether([
    infra.deployWith({ parts: 'events, a2a, operations' }),
    infra.deployWith({ environmentName: 'signals', sharedEnvironment: 'test', parts: 'signaling' }),
  ]),
]
