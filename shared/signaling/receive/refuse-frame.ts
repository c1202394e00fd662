import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { HubEvent } from '../hub-event.ts'
import type { GatewayIdentity } from '../identity/create-gateway-identity.ts'
import { readMessageHead } from '../identity/read-message.ts'
import type { Sockets } from '../sockets.ts'
import { createErrorFrame, toSignalFailure } from './answer-failure.ts'
import type { Answer } from './register-agent.ts'

/** Says no to a frame, and ends its connection where nothing more can come of it. @throws GatewayError 503 */
export type RefuseFrame = (event: Extract<HubEvent, { kind: 'message' }>, error: unknown) => Promise<Answer>

export const createRefuseFrame = (options: {
  identity: GatewayIdentity
  sockets: Pick<Sockets, 'send' | 'close'>
  clock: Clock
  log: Log
}): RefuseFrame => {
  const { sockets, log } = options
  const errorFrame = createErrorFrame(options)

  return async ({ connectionId, text, state }, error) => {
    const failure = toSignalFailure(error)
    const { code, reason, closes, cause } = failure
    const { did } = state
    const { id } = readMessageHead(text ?? '')
    const fields = { agent_id: did, connection_id: connectionId, code, reason, message_id: id }
    log.warn('A frame was refused.', cause === undefined ? fields : { ...fields, error: cause })
    const frame = errorFrame(failure, {
      ...(id === undefined ? {} : { id }),
      ...(did === undefined ? {} : { to: did }),
    })
    if (!closes) return { frame, state }
    await sockets.send(connectionId, frame)
    await sockets.close(connectionId, failure.message)
    return { state }
  }
}
