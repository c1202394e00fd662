import { app } from '@azure/functions'
import { guard } from '../../../shared/compose.ts'
import { adminAgents } from '../../../shared/compose/presence.ts'

const route = 'v1/admin/agents/{agent_id}'

app.http('operations_agent_show', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async ({ params }) => {
    return { status: 200, json: await adminAgents().show(params.agent_id) }
  }),
})
