import { guard } from '../../shared/compose.ts'
import { listAgents } from '../../shared/compose/surface.ts'
import { AgentListQuery } from '../../shared/contract/agents/agent-query.ts'
import { a2a } from '../parts.ts'

const route = 'agents'

a2a.http('a2a_agents_list', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:read' }, async (request) => {
    const query = request.parseQuery(AgentListQuery)
    return { status: 200, json: await listAgents()({ ...query, client: request }) }
  }),
})
