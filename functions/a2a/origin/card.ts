import { app } from '@azure/functions'
import { agentCards, guard } from '../../../shared/compose.ts'

const route = '.well-known/agent-card.json'

app.http('a2a_origin_card', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, (request) => agentCards().origin(request)),
})
