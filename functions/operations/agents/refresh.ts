import { guard } from '../../../shared/compose.ts'
import { adminAgents } from '../../../shared/compose/presence.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/agents:refresh'

operations.http('operations_agents_refresh', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin' }, async () => {
    return { status: 200, json: await adminAgents().refresh() }
  }),
})
