import { guard } from '../../shared/compose.ts'
import { serveWebhook } from '../../shared/compose/signaling.ts'
import { signaling } from '../parts.ts'

const route = 'ws/events/{event}'

/** Bytes of the largest frame of Web PubSub, and room for what the service says around it. */
const MAX_BODY_BYTES = 1.25 * 1024 * 1024

/** Web PubSub calls here, with proofs of its own; the gateway's keys are not for it. */
signaling.http('signaling_hub_events', {
  methods: ['OPTIONS', 'POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public', maxBodyBytes: MAX_BODY_BYTES }, (request) =>
    serveWebhook()(request),
  ),
})
