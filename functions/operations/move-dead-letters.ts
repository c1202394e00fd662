import type { InvocationContext } from '@azure/functions'
import { config, homeNamespace, proxySubscription, queues, quarantineNative } from '../../shared/compose.ts'
import { A2A_REQUESTS, A2A_RESPONSES } from '../../shared/contract/topology.ts'
import { readMessage } from '../../shared/events/read-message.ts'
import { operations } from '../parts.ts'

/** Service Bus cannot take a single message out of a dead-letter queue, so what it dead-letters is moved here. */
const move =
  (entity: string, elsewhere: { namespace?: string } = {}) =>
  (body: unknown, { triggerMetadata }: InvocationContext): Promise<void> =>
    quarantineNative()({ ...readMessage(entity, body, triggerMetadata), ...elsewhere })

const { namespaces, topic, subscription } = config.service_bus
const trigger = { cardinality: 'one' as const, dataType: 'binary' }

const ofSubscription = (name: string, [topicName, subscriptionName]: [string, string], index = 0): void => {
  const connection = namespaces[index] ?? homeNamespace
  operations.serviceBusTopic(index === 0 ? name : `${name}_${index + 1}`, {
    ...trigger,
    connection,
    topicName,
    subscriptionName: `${subscriptionName}/$DeadLetterQueue`,
    handler: move(
      `${topicName}/Subscriptions/${subscriptionName}`,
      index === 0 ? {} : { namespace: connection },
    ),
  })
}

/** A follower reads no agent events (functions/events/ingest.ts). */
const sources = config.proxy.role === 'coordinator' ? namespaces : []
for (const index of sources.keys()) ofSubscription('operations_dead_events', [topic, subscription], index)
ofSubscription('operations_dead_a2a_requests', [A2A_REQUESTS, proxySubscription])
ofSubscription('operations_dead_a2a_responses', [A2A_RESPONSES, proxySubscription])

for (const [name, queue] of Object.entries(queues)) {
  operations.serviceBusQueue(`operations_dead_${name}`, {
    ...trigger,
    connection: homeNamespace,
    queueName: `${queue}/$DeadLetterQueue`,
    handler: move(queue),
  })
}
