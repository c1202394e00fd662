import { app } from '@azure/functions'
import { config, ingest } from '../../shared/compose.ts'
import { readMessage } from '../../shared/events/read-message.ts'

const { namespaces, topic, subscription } = config.service_bus
const entity = `${topic}/Subscriptions/${subscription}`

for (const [index, connection] of namespaces.entries()) {
  const trigger = {
    connection,
    topicName: topic,
    subscriptionName: subscription,
    isSessionsEnabled: true,
    cardinality: 'one' as const,
    dataType: 'binary',
  }
  app.serviceBusTopic(index === 0 ? 'events_ingest' : `events_ingest_${index + 1}`, {
    ...trigger,
    handler: (body, { triggerMetadata }) =>
      ingest()({
        ...readMessage(entity, body, triggerMetadata),
        ...(index === 0 ? {} : { namespace: connection }),
      }),
  })
}
