import { config, ingest } from '../../shared/compose.ts'
import { readMessage } from '../../shared/events/read-message.ts'
import { events } from '../parts.ts'

const { namespaces, topic, subscription } = config.service_bus
/** The streams of agents that publish events are the coordinator's. */
const sources = config.proxy.role === 'coordinator' ? namespaces : []
const entity = `${topic}/Subscriptions/${subscription}`

for (const [index, connection] of sources.entries()) {
  const trigger = {
    connection,
    topicName: topic,
    subscriptionName: subscription,
    isSessionsEnabled: true,
    cardinality: 'one' as const,
    dataType: 'binary',
  }
  events.serviceBusTopic(index === 0 ? 'events_ingest' : `events_ingest_${index + 1}`, {
    ...trigger,
    handler: (body, { triggerMetadata }) =>
      ingest()({
        ...readMessage(entity, body, triggerMetadata),
        ...(index === 0 ? {} : { namespace: connection }),
      }),
  })
}
