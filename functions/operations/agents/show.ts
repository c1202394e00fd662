import { guard } from '../../../shared/compose.ts'
import { adminAgents } from '../../../shared/compose/presence.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/agents/{agent_id}'

operations.http('operations_agent_show', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async ({ params }) => {
    return { status: 200, json: await adminAgents().show(params.agent_id) }
  }),
})
