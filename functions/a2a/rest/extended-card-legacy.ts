import { guard } from '../../../shared/compose.ts'
import { surface } from '../../../shared/compose/surface.ts'
import { a2a } from '../../parts.ts'

const route = 'agents/{agent_id}/v1/card'

/** 0.3 has its extended card here. */
a2a.http('a2a_rest_extended_card_legacy', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'agents:invoke:{agent_id}' }, (request) =>
    surface().rest(request, 'extended-card'),
  ),
})
