import { type DeploymentNames, type Topology, topologyOf } from '../../shared/contract/topology.ts'
import { type CloudOptions, DEFAULT_ID } from './options.ts'

type Deployment = Pick<CloudOptions, 'id' | 'role' | 'serviceBus'>

/** A deployment that joins a namespace has a subscription of the agent events and queues of its own. */
export const namesOf = ({ id = DEFAULT_ID, serviceBus }: Deployment): DeploymentNames =>
  serviceBus === undefined
    ? { proxyId: id }
    : { proxyId: id, subscription: `gateway-${id}`, queueSuffix: `-${id}` }

/**
 * What a deployment needs of its namespace. Of the agent events a follower has only the topic: in a subscription that
 * nobody reads they would pile up.
 */
export const entitiesOf = (deployment: Deployment): Topology => {
  const names = namesOf(deployment)
  const { queues, topics } = topologyOf(names)
  const { subscription = 'gateway' } = names
  if (deployment.role !== 'follower') return { queues, topics }
  const isRead = ({ name }: { name: string }): boolean => name !== subscription
  return {
    queues,
    topics: topics.map((topic) => ({ ...topic, subscriptions: topic.subscriptions.filter(isRead) })),
  }
}
