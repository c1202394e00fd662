import { config, guard } from '../../../shared/compose.ts'
import { surface } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = 'agents/{agent_id}/v1/tasks:cancel'

a2a.http('a2a_seed_cancel', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard(
    { route, scope: 'agents:invoke:{agent_id}', maxBodyBytes: config.a2a.max_message_bytes },
    (request) => surface().jsonRpc(request, { only: 'cancel' }),
  ),
})
