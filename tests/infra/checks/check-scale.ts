import { socketForward } from '../../../local/cloud/hub-settings.ts'
import type { Value } from '../bicep/value.ts'
import type { Infra } from '../create-infra.ts'
import type { App } from '../read-app.ts'
import { readSettings } from '../settings/read-settings.ts'
import { compareLines } from './compare-lines.ts'
import { settingsOf } from './check-settings.ts'
import { deployments } from './deployments.ts'
import { madeOf, propertiesOf, valueAt } from './resources.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** Instances that are always there, all of them asked for. */
const alwaysReady = {
  alwaysReadyHttp: 1,
  alwaysReadyIngest: 1,
  alwaysReadyA2aRequests: 1,
  alwaysReadyA2aResponses: 1,
}

const groupsIn = (value: Value | undefined): string[] =>
  Array.isArray(value) ? value.map((group) => String(valueAt(group, 'name'))) : []

/** What the site says of instances, against the functions of the app. */
const checkAlwaysReady = (infra: Infra, { scaled }: App): string[] => {
  const groups = (parameters: Record<string, number>): string[] => {
    const [site] = madeOf(infra.deployWith(parameters), 'Microsoft.Web/sites')
    const path = ['functionAppConfig', 'scaleAndConcurrency', 'alwaysReady']
    return groupsIn(site && valueAt(propertiesOf(site), ...path))
  }
  const known = ['http', ...scaled.map((name) => `function:${name}`)]
  const asked = groups(alwaysReady)
  return [
    ...asked.filter((name) => !known.includes(name)).map((name) => `always ready: there is no ${name}`),
    ...(new Set(asked).size === Object.keys(alwaysReady).length
      ? []
      : [`always ready are only ${asked.join(', ')}`]),
    ...groups({}).map((name) => `${name} is always ready without being asked for`),
  ]
}

/** One truth for the requests that an instance gets at once. */
const checkConcurrency = (infra: Infra): string[] =>
  deployments.flatMap(({ parameters }) => {
    const deployment = infra.deployWith(parameters)
    const [site] = madeOf(deployment, 'Microsoft.Web/sites')
    const path = ['functionAppConfig', 'scaleAndConcurrency', 'triggers', 'http', 'perInstanceConcurrency']
    const requests = site && valueAt(propertiesOf(site), ...path)
    const viewers = readSettings(settingsOf(deployment)).config.streams.max_viewers
    return requests === viewers
      ? []
      : [`an instance gets ${String(requests)} requests at once and serves ${viewers} viewers`]
  })

/** host.json against settings that replace its values, and against what the app does for as long as it may. */
const checkHost = (infra: Infra, { host }: App): string[] => {
  const settings = settingsOf(infra.deployWith())
  const { a2a, streams } = readSettings(settings).config
  const replaced = Object.keys(settings).filter((name) => /^AzureFunctionsJobHost__/i.test(name))
  const longestMs = Math.max(a2a.stream_minutes * MINUTE_MS, streams.slice_seconds * SECOND_MS)
  return [
    ...replaced.map((name) => `${name}: what host.json says is not said again`),
    ...(host.functionTimeout > longestMs ? [] : ['host.json ends functions before the app does']),
  ]
}

/** Front Door gives up on an answer that is silent for too long; it forwards sockets as the local cloud does. */
const checkEdge = (infra: Infra): string[] => {
  const deployment = infra.deployWith({ frontDoor: true })
  const { a2a, streams } = readSettings(settingsOf(deployment)).config
  const [profile] = madeOf(deployment, 'Microsoft.Cdn/profiles')
  const seconds = Number(profile && propertiesOf(profile)['originResponseTimeoutSeconds'])
  const silence = Math.max(streams.comment_seconds, a2a.comment_seconds, a2a.send_wait_seconds)
  const routes = madeOf(deployment, 'Microsoft.Cdn/profiles/afdEndpoints/routes').map((route) => {
    const { patternsToMatch, originPath } = propertiesOf(route)
    return `${String(patternsToMatch)}=${String(originPath ?? '')}`
  })
  return [
    ...(seconds > silence ? [] : [`Front Door waits ${seconds} s, the app is silent for up to ${silence} s`]),
    ...compareLines(['/*=', socketForward('')], routes).map((line) => `route ${line}`),
  ]
}

/** Where the hub tells its events, a function answers. */
const checkWebhook = (infra: Infra, { answers }: App): string[] => {
  const hubs = madeOf(infra.deployWith(), 'Microsoft.SignalRService/webPubSub/hubs')
  const handlers = hubs.flatMap((hub) => [propertiesOf(hub)['eventHandlers'] ?? []].flat())
  const paths = handlers.map((handler) => String(valueAt(handler, 'urlTemplate')).replace(/^.*\}(?=\/)/, ''))
  return paths
    .map((path) => path.replace('{event}', 'connect'))
    .filter((path) => answers('POST', path) === undefined || answers('OPTIONS', path) === undefined)
    .map((path) => `no function answers POST and OPTIONS ${path}`)
}

/** The numbers by which the platform and the app have to agree. */
export const checkScale = (infra: Infra, app: App): string[] => [
  ...checkAlwaysReady(infra, app),
  ...checkConcurrency(infra),
  ...checkHost(infra, app),
  ...checkEdge(infra),
  ...checkWebhook(infra, app),
]
