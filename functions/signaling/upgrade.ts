import * as z from 'zod'
import { guard } from '../../shared/compose.ts'
import { negotiateSocket } from '../../shared/compose/signaling.ts'
import { toUpgradeAnswer } from '../../shared/signaling/negotiate/to-upgrade-answer.ts'
import { signaling } from '../parts.ts'

const route = 'ws'

const Query = z.object({ nonce: z.stringbool().default(false) })

/** Agents connect here; a function cannot hold their sockets, so whatever stands before it does. */
signaling.http('signaling_upgrade', {
  methods: ['GET'],
  route,
  authLevel: 'anonymous',
  handler: guard({ route, scope: 'public' }, async (request) =>
    toUpgradeAnswer(await negotiateSocket()(request.parseQuery(Query))),
  ),
})
