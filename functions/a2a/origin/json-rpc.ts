import { app } from '@azure/functions'
import { config, guard } from '../../../shared/compose.ts'
import { surface } from '../../../shared/compose/surface.ts'

const route = '/'
const { default_agent: agentId, max_message_bytes: maxBodyBytes } = config.a2a

if (agentId !== undefined) {
  const scope = `agents:invoke:${encodeURIComponent(agentId)}`
  app.http('a2a_origin_json_rpc', {
    methods: ['POST'],
    route,
    authLevel: 'anonymous',
    handler: guard({ route, scope, maxBodyBytes }, (request) => surface().jsonRpc(request, { agentId })),
  })
}
