import { app } from '@azure/functions'
import { homeNamespace, queues } from '../../shared/compose.ts'
import { expireRegistration } from '../../shared/compose/presence.ts'
import { Timeout } from '../../shared/contract/timeouts.ts'

app.serviceBusQueue('signaling_timeouts', {
  connection: homeNamespace,
  queueName: queues.timeouts,
  handler: (message) => expireRegistration()(Timeout.parse(message)),
})
