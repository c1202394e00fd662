import { guard } from '../../../shared/compose.ts'
import { apiCatalog } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = '.well-known/api-catalog'

a2a.http('a2a_origin_api_catalog', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:read' }, (request) => apiCatalog()(request)),
})
