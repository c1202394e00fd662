import { guard } from '../../shared/compose.ts'
import { agentCards } from '../../shared/compose/surface.ts'
import { a2a } from '../parts.ts'

const route = 'agents/{agent_id}/.well-known/agent-card.json'

a2a.http('a2a_card', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, (request) =>
    agentCards().agent(request, request.params.agent_id),
  ),
})
