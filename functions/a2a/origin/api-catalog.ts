import { app } from '@azure/functions'
import { guard } from '../../../shared/compose.ts'
import { apiCatalog } from '../../../shared/compose/surface.ts'

const route = '.well-known/api-catalog'

app.http('a2a_origin_api_catalog', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:read' }, (request) => apiCatalog()(request)),
})
