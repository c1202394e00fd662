import { app } from '@azure/functions'
import { guard } from '../../../shared/compose.ts'
import { adminAgents } from '../../../shared/compose/presence.ts'

const route = 'v1/admin/agents:refresh'

app.http('operations_agents_refresh', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async () => {
    return { status: 200, json: await adminAgents().refresh() }
  }),
})
