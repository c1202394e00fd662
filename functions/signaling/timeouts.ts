import { homeNamespace, queues } from '../../shared/compose.ts'
import { expireRegistration } from '../../shared/compose/presence.ts'
import { Timeout } from '../../shared/contract/timeouts.ts'
import { readMessage } from '../../shared/events/read-message.ts'
import { signaling } from '../parts.ts'

const trigger = {
  connection: homeNamespace,
  queueName: queues.timeouts,
  cardinality: 'one' as const,
  dataType: 'binary',
}

signaling.serviceBusQueue('signaling_timeouts', {
  ...trigger,
  handler: (message, { triggerMetadata }) => {
    const { body } = readMessage(queues.timeouts, message, triggerMetadata)
    return expireRegistration()(Timeout.parse(JSON.parse(Buffer.from(body).toString('utf8'))))
  },
})
