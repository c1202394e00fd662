import { config, guard } from '../../../shared/compose.ts'
import { surface } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = 'v1/messages:send'

/** The body names the agent, after the guard has let the caller in: so it takes the scope for all of them. */
a2a.http('a2a_seed_legacy_send', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:invoke', maxBodyBytes: config.a2a.max_message_bytes }, (request) =>
    surface().legacySend(request),
  ),
})
