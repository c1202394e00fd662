import { homeNamespace, proxySubscription } from '../../shared/compose.ts'
import { receiveRequest } from '../../shared/compose/bus.ts'
import { A2A_REQUESTS } from '../../shared/contract/topology.ts'
import { readMessage } from '../../shared/events/read-message.ts'
import { a2a } from '../parts.ts'

const entity = `${A2A_REQUESTS}/Subscriptions/${proxySubscription}`

const trigger = {
  connection: homeNamespace,
  topicName: A2A_REQUESTS,
  subscriptionName: proxySubscription,
  cardinality: 'one' as const,
  dataType: 'binary',
}

/** Requests of other deployments to agents that this one hosts. */
a2a.serviceBusTopic('a2a_requests', {
  ...trigger,
  handler: (body, { triggerMetadata }) => receiveRequest()(readMessage(entity, body, triggerMetadata)),
})
