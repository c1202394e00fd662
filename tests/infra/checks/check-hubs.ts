import { hubSettings } from '../../../local/cloud/hub-settings.ts'
import { AGENTS_HUB, GATEWAY_HUB } from '../../../shared/azure/web-pubsub/open-service.ts'
import { isFields, type Value } from '../bicep/value.ts'
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

const handlersIn = (value: Value | undefined): Handler[] =>
  Array.isArray(value) ? value.filter(isFields) : []

/** Where the app finds itself: what the hub tells goes to the same address. */
const APP = 'https://${app.properties.defaultHostName}'

const expected = Object.entries(hubSettings(APP).hubs ?? {}).flatMap(([hub, settings]) =>
  describe(hub, settings.anonymousConnectPolicy, settings.eventHandlers ?? []),
)

/** The hubs against those of the local cloud, and what makes a token of an event one that the app takes. */
export const checkHubs = (infra: Infra): string[] => {
  const deployment = infra.deployWith()
  const hubs = madeOf(deployment, 'Microsoft.SignalRService/webPubSub/hubs')
  const found = hubs.flatMap((hub) => {
    const { anonymousConnectPolicy, eventHandlers } = propertiesOf(hub)
    return describe(hub.names.at(-1) ?? '', anonymousConnectPolicy, handlersIn(eventHandlers))
  })
  const names = hubs.map(({ names: each }) => each.at(-1))
  const [settings] = madeOf(deployment, 'Microsoft.Web/sites/config')
  const { AGENT_GATEWAY_SIGNALING__WEBHOOK__AUDIENCE: audience } = settings ? propertiesOf(settings) : {}
  const auths = hubs.flatMap((hub) =>
    handlersIn(propertiesOf(hub)['eventHandlers']).map((handler) =>
      JSON.stringify('auth' in handler ? handler.auth : undefined),
    ),
  )
  const auth = JSON.stringify({ type: 'ManagedIdentity', managedIdentity: { resource: audience ?? null } })
  const service = madeOf(deployment, 'Microsoft.SignalRService/webPubSub')[0]
  const identity = service && valueAt(service.body, 'identity', 'type')
  return [
    ...compareLines(expected, found),
    ...[GATEWAY_HUB, AGENTS_HUB].filter((hub) => !names.includes(hub)).map((hub) => `no hub ${hub}`),
    ...auths
      .filter((each) => each !== auth)
      .map((each) => `events are sent with ${each}, the app takes ${auth}`),
    ...(identity === 'SystemAssigned' ? [] : ['Web PubSub has no identity to sign its events with']),
  ]
}
