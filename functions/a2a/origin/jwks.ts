import { app } from '@azure/functions'
import { guard } from '../../../shared/compose.ts'
import { agentCards } from '../../../shared/compose/surface.ts'

const route = '.well-known/jwks.json'

app.http('a2a_origin_jwks', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, () => agentCards().jwks()),
})
