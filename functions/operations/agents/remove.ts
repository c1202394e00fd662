import { guard } from '../../../shared/compose.ts'
import { adminAgents } from '../../../shared/compose/presence.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/agents/{agent_id}'

operations.http('operations_agent_remove', {
  methods: ['DELETE'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async ({ params }) => {
    await adminAgents().remove(params.agent_id)
    return { status: 204 }
  }),
})
