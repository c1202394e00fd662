import { homeNamespace, queues } from '../../shared/compose.ts'
import { deliverPush } from '../../shared/compose/push.ts'
import { readMessage } from '../../shared/events/read-message.ts'
import { a2a } from '../parts.ts'

const trigger = {
  connection: homeNamespace,
  queueName: queues.notifications,
  cardinality: 'one' as const,
  dataType: 'binary',
}

a2a.serviceBusQueue('a2a_push_deliver', {
  ...trigger,
  handler: (body, { triggerMetadata }) =>
    deliverPush()(readMessage(queues.notifications, body, triggerMetadata)),
})
