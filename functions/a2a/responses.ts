import { homeNamespace, proxySubscription } from '../../shared/compose.ts'
import { receiveResponse } from '../../shared/compose/bus.ts'
import { A2A_RESPONSES } from '../../shared/contract/topology.ts'
import { readMessage } from '../../shared/events/read-message.ts'
import { a2a } from '../parts.ts'

const entity = `${A2A_RESPONSES}/Subscriptions/${proxySubscription}`

const trigger = {
  connection: homeNamespace,
  topicName: A2A_RESPONSES,
  subscriptionName: proxySubscription,
  isSessionsEnabled: true,
  cardinality: 'one' as const,
  dataType: 'binary',
}

/** What other deployments answer to requests of this one; a lane at a time, in order. */
a2a.serviceBusTopic('a2a_responses', {
  ...trigger,
  handler: (body, { triggerMetadata }) => receiveResponse()(readMessage(entity, body, triggerMetadata)),
})
