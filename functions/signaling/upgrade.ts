import { app } from '@azure/functions'
import * as z from 'zod'
import { guard } from '../../shared/compose.ts'
import { negotiateSocket } from '../../shared/compose/signaling.ts'
import { toUpgradeAnswer } from '../../shared/signaling/negotiate/to-upgrade-answer.ts'

const route = 'ws'

const Query = z.object({ nonce: z.stringbool().default(false) })

/** Agents connect here; a function cannot hold their sockets, so whatever stands before it does. */
app.http('signaling_upgrade', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, async (request) =>
    toUpgradeAnswer(await negotiateSocket()(request.parseQuery(Query))),
  ),
})
