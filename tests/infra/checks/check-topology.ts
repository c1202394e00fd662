import { entitiesOf } from '../../../local/cloud/entities-of.ts'
import type { Topology } from '../../../shared/contract/topology.ts'
import type { Deployment } from '../bicep/deploy.ts'
import type { Resource } from '../bicep/read-resource.ts'
import { isFields, type Fields } from '../bicep/value.ts'
import type { Infra } from '../create-infra.ts'
import { compareLines } from './compare-lines.ts'
import { madeOf, propertiesOf } from './resources.ts'

const NAMESPACE = 'Microsoft.ServiceBus/namespaces'
const SUBSCRIPTION = `${NAMESPACE}/topics/subscriptions`

/** What Azure takes where nothing is said (ARM reference of queues and subscriptions, 2024-01-01). */
const defaults: Fields = {
  requiresSession: false,
  lockDuration: 'PT1M',
  maxDeliveryCount: 10,
  requiresDuplicateDetection: false,
  deadLetteringOnMessageExpiration: false,
}

/** Properties that say the same for every entity of Azure. */
const kept: Fields = {
  deadLetteringOnFilterEvaluationExceptions: true,
  maxSizeInMegabytes: 5120,
}

const compared = Object.keys(defaults)

/** One line of what tells an entity from another, so that a difference is read at once. */
const describe = (entity: string, properties: Fields, filter?: unknown): string => {
  const said = compared.map((key) => `${key} ${String(properties[key] ?? defaults[key])}`)
  const further = Object.entries(properties)
    .filter(([key, value]) => !compared.includes(key) && kept[key] !== value)
    .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
  const filtered = filter === undefined ? [] : [`filter ${JSON.stringify(filter)}`]
  return [entity, ...said, ...further, ...filtered].join(', ')
}

const expectedLines = ({ queues, topics }: Topology): string[] => [
  ...queues.map(({ name, ...properties }) => describe(`queue ${name}`, properties)),
  ...topics.flatMap(({ name, subscriptions }) => [
    describe(`topic ${name}`, {}),
    ...subscriptions.map(({ name: own, filter, ...properties }) =>
      describe(`subscription ${name}/${own}`, properties, filter),
    ),
  ]),
]

/** The properties of messages by which the rule of a subscription lets them through. */
const filterOf = (rule: Resource): unknown => {
  const { filterType, correlationFilter, ...others } = propertiesOf(rule)
  const { properties, ...system } = isFields(correlationFilter) ? correlationFilter : {}
  const isPlain =
    rule.names.at(-1) === '$Default' &&
    filterType === 'CorrelationFilter' &&
    Object.keys({ ...others, ...system }).length === 0
  return isPlain ? properties : { rule: rule.names.at(-1), ...propertiesOf(rule) }
}

const describeSubscription = (subscription: Resource, rules: Resource[]): string => {
  const name = subscription.names.slice(1).join('/')
  const own = rules.filter(({ names }) => names.slice(1, -1).join('/') === name)
  const [filter] = own.map(filterOf)
  const line = describe(`subscription ${name}`, propertiesOf(subscription), filter)
  return own.length > 1 ? `${line}, and ${own.length - 1} rules more` : line
}

/** Topics of a namespace that is joined count as well: they are named as existing. */
const deployedLines = (deployment: Deployment): string[] => {
  const topics = deployment.resources.filter(({ type }) => type === `${NAMESPACE}/topics`)
  const names = new Set(topics.map(({ names: [, name = ''] }) => name))
  const describeTopic = (name: string): string => {
    const topic = topics.find(({ names: each, isExisting }) => each[1] === name && !isExisting)
    return describe(`topic ${name}`, topic === undefined ? {} : propertiesOf(topic))
  }
  const rules = madeOf(deployment, `${SUBSCRIPTION}/rules`)
  return [
    ...madeOf(deployment, `${NAMESPACE}/queues`).map((queue) =>
      describe(`queue ${queue.names.slice(1).join('/')}`, propertiesOf(queue)),
    ),
    ...[...names].map(describeTopic),
    ...madeOf(deployment, SUBSCRIPTION).map((subscription) => describeSubscription(subscription, rules)),
  ]
}

const broker = { connectionString: '' }
const sharing = { environmentName: 'signals', sharedEnvironment: 'test', parts: 'signaling' }
const joining = { existingServiceBusNamespace: 'sb-shared', existingServiceBusResourceGroup: 'rg-shared' }

/** Deployments, and the local cloud that has the same entities. */
const cases = [
  { parameters: {}, local: { id: 'test' } },
  { parameters: { proxyId: 'b' }, local: { id: 'b' } },
  { parameters: joining, local: { id: 'test', serviceBus: broker } },
  { parameters: { parts: 'a2a, signaling' }, local: { id: 'test', role: 'follower' } },
  { parameters: { parts: 'operations, events' }, local: { id: 'test' } },
  { parameters: sharing, local: { id: 'test', role: 'follower' } },
] as const

/** What is there already where a deployment joins a namespace, or shares the services of another. */
const madeOnJoined = ({ resources }: Deployment): string[] =>
  resources
    .filter(({ type, isExisting }) => !isExisting && [NAMESPACE, `${NAMESPACE}/topics`].includes(type))
    .map(({ type, names }) => `a joined namespace is left as it is, but ${type} ${names.join('/')} is made`)

/** The entities of every kind of deployment against the one list of them (shared/contract/topology.ts). */
export const checkTopology = (infra: Infra): string[] => [
  ...cases.flatMap(({ parameters, local }) =>
    compareLines(expectedLines(entitiesOf(local)), deployedLines(infra.deployWith(parameters))).map(
      (line) => `${JSON.stringify(parameters)}: ${line}`,
    ),
  ),
  ...[joining, sharing].flatMap((parameters) => madeOnJoined(infra.deployWith(parameters))),
]
