import { guard } from '../../../shared/compose.ts'
import { adminAgents } from '../../../shared/compose/presence.ts'
import { NewAgent } from '../../../shared/contract/agents/agent-definition.ts'
import { operations } from '../../parts.ts'

const route = 'v1/admin/agents'

/** Bytes: an agent is one row of a table. */
const maxBodyBytes = 256 * 1024

operations.http('operations_agents_put', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'admin', maxBodyBytes }, async (request) => {
    const { outcome, agent } = await adminAgents().put(await request.json(NewAgent))
    return { status: outcome === 'added' ? 201 : 200, json: agent }
  }),
})
