import { guard } from '../../shared/compose.ts'
import { agentCards } from '../../shared/compose/surface.ts'
import { a2a } from '../parts.ts'

const route = 'agents/{agent_id}/upstream-card.json'

/** It tells where the agent is, so it is not for everyone. */
a2a.http('a2a_upstream_card', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:invoke:{agent_id}' }, ({ params }) =>
    agentCards().upstream(params.agent_id),
  ),
})
