import { guard } from '../../shared/compose.ts'
import { negotiateSocket } from '../../shared/compose/signaling.ts'
import { NegotiateRequest } from '../../shared/contract/signaling/negotiation.ts'
import { signaling } from '../parts.ts'

const route = 'ws/negotiate'

/** Open to everyone: who an agent is, it proves on the connection. */
signaling.http('signaling_negotiate', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, async (request) => {
    const isEmpty = (await request.text()) === ''
    const wish = isEmpty ? NegotiateRequest.parse({}) : await request.json(NegotiateRequest)
    return { status: 200, json: await negotiateSocket()(wish) }
  }),
})
