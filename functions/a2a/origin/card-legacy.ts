import { guard } from '../../../shared/compose.ts'
import { agentCards } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = '.well-known/agent.json'

a2a.http('a2a_origin_card_legacy', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, (request) => agentCards().origin(request)),
})
