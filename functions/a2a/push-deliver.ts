import { app } from '@azure/functions'
import { homeNamespace, queues } from '../../shared/compose.ts'
import { deliverPush } from '../../shared/compose/push.ts'
import { readMessage } from '../../shared/events/read-message.ts'

const trigger = {
  connection: homeNamespace,
  queueName: queues.notifications,
  cardinality: 'one' as const,
  dataType: 'binary',
}

app.serviceBusQueue('a2a_push_deliver', {
  ...trigger,
  handler: (body, { triggerMetadata }) =>
    deliverPush()(readMessage(queues.notifications, body, triggerMetadata)),
})
