import { app } from '@azure/functions'
import { guard } from '../../shared/compose.ts'
import { negotiateSocket } from '../../shared/compose/signaling.ts'
import { NegotiateRequest } from '../../shared/contract/signaling/negotiation.ts'

const route = 'ws/negotiate'

/** Open to everyone: who an agent is, it proves on the connection. */
app.http('signaling_negotiate', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, async (request) => {
    const isEmpty = (await request.text()) === ''
    const wish = isEmpty ? NegotiateRequest.parse({}) : await request.json(NegotiateRequest)
    return { status: 200, json: await negotiateSocket()(wish) }
  }),
})
