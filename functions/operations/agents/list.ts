import { guard } from '../../../shared/compose.ts'
import { adminAgents } from '../../../shared/compose/presence.ts'
import { AgentQuery } from '../../../shared/contract/agents/agent-query.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/agents'

operations.http('operations_agents_list', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async (request) => {
    const { filter, page } = request.parseQuery(AgentQuery)
    return { status: 200, json: await adminAgents().list(filter, page) }
  }),
})
