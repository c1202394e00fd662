import { guard } from '../../../shared/compose.ts'
import { surface } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = 'agents/{agent_id}/v1/tasks/{task_id}'

a2a.http('a2a_rest_task', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:invoke:{agent_id}' }, (request) => surface().rest(request, 'get')),
})
