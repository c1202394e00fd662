import { guard } from '../../../shared/compose.ts'
import { surface } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = 'agents/{agent_id}/v1/tasks:get'

a2a.http('a2a_seed_get', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:invoke:{agent_id}' }, (request) => surface().seedGet(request)),
})
