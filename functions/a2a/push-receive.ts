import { config, guard } from '../../shared/compose.ts'
import { receiveCallback } from '../../shared/compose/push.ts'
import { a2a } from '../parts.ts'

const route = 'agents/{agent_id}/notifications/{callback_id}'

/** Agents call here with the token of the callback; the gateway's own keys are not for them. */
a2a.http('a2a_push_receive', {
  methods: ['POST'],
  route,
  authLevel: 'anonymous',
  handler: guard(
    { route, scope: 'public', maxBodyBytes: config.a2a.max_message_bytes },
    async ({ params, headers, text }) => {
      const { agent_id: agentId, callback_id: callbackId } = params
      await receiveCallback()({ agentId, callbackId, headers, body: text })
      return { status: 202 }
    },
  ),
})
