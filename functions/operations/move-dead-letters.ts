import { app, type InvocationContext } from '@azure/functions'
import { config, homeNamespace, quarantineNative } from '../../shared/compose.ts'
import { SWEEPS_QUEUE } from '../../shared/contract/sweep.ts'
import { readMessage } from '../../shared/events/read-message.ts'

/** Service Bus cannot take a single message out of a dead-letter queue, so what it dead-letters is moved here. */
const move =
  (entity: string, elsewhere: { namespace?: string } = {}) =>
  (body: unknown, { triggerMetadata }: InvocationContext): Promise<void> =>
    quarantineNative()({ ...readMessage(entity, body, triggerMetadata), ...elsewhere })

const { namespaces, topic, subscription } = config.service_bus
const trigger = { cardinality: 'one' as const, dataType: 'binary' }

for (const [index, connection] of namespaces.entries()) {
  app.serviceBusTopic(index === 0 ? 'operations_dead_events' : `operations_dead_events_${index + 1}`, {
    ...trigger,
    connection,
    topicName: topic,
    subscriptionName: `${subscription}/$DeadLetterQueue`,
    handler: move(`${topic}/Subscriptions/${subscription}`, index === 0 ? {} : { namespace: connection }),
  })
}

app.serviceBusQueue('operations_dead_sweeps', {
  ...trigger,
  connection: homeNamespace,
  queueName: `${SWEEPS_QUEUE}/$DeadLetterQueue`,
  handler: move(SWEEPS_QUEUE),
})
