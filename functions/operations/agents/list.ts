import { app } from '@azure/functions'
import { adminAgents, guard } from '../../../shared/compose.ts'
import { AgentQuery } from '../../../shared/contract/agents/agent-query.ts'

const route = 'v1/admin/agents'

app.http('operations_agents_list', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async (request) => {
    const { filter, page } = request.parseQuery(AgentQuery)
    return { status: 200, json: await adminAgents().list(filter, page) }
  }),
})
