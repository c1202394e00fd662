import { app } from '@azure/functions'
import { deliverPush, homeNamespace, notificationsQueue } from '../../shared/compose.ts'
import { readMessage } from '../../shared/events/read-message.ts'

const trigger = {
  connection: homeNamespace,
  queueName: notificationsQueue,
  cardinality: 'one' as const,
  dataType: 'binary',
}

app.serviceBusQueue('a2a_push_deliver', {
  ...trigger,
  handler: (body, { triggerMetadata }) =>
    deliverPush()(readMessage(notificationsQueue, body, triggerMetadata)),
})
