import { config, guard } from '../../../shared/compose.ts'
import { surface } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = '/'
const { default_agent: agentId, max_message_bytes: maxBodyBytes } = config.a2a

/** The default agent, or the one that the body names: after the guard, so that takes the scope for all of them. */
a2a.http('a2a_origin_json_rpc', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler:
    agentId === undefined
      ? guard({ route, scope: 'agents:invoke', maxBodyBytes }, (request) => surface().toNamed(request))
      : guard({ route, scope: `agents:invoke:${encodeURIComponent(agentId)}`, maxBodyBytes }, (request) =>
          surface().jsonRpc(request, { agentId }),
        ),
})
