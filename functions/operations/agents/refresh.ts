import { app } from '@azure/functions'
import { adminAgents, guard } from '../../../shared/compose.ts'

const route = 'v1/admin/agents:refresh'

app.http('operations_agents_refresh', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async () => {
    return { status: 200, json: await adminAgents().refresh() }
  }),
})
