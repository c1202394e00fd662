import { guard } from '../../../shared/compose.ts'
import { agentCards } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = '.well-known/jwks.json'

a2a.http('a2a_origin_jwks', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, () => agentCards().jwks()),
})
