import { badRequest, type GatewayError, unauthorized, unavailable } from '../../kernel/errors.ts'
import type { HubReply } from '../hub-event.ts'
import { encodeState } from './encode-state.ts'
import type { WebhookAnswer } from './webhook-request.ts'

type Refused = Extract<HubReply, { kind: 'refused' }>

const toError = ({ status, message }: Refused): GatewayError => {
  if (status === 400) return badRequest(message)
  return status === 401 ? unauthorized('auth_required', message) : unavailable(message)
}

/**
 * Writes a reply as Web PubSub reads it: the body of the answer to a frame goes back to the client.
 * @throws GatewayError 400, 401, 503: a refused connection, which the client sees by its status.
 */
export const toHttpReply = (reply: HubReply): WebhookAnswer => {
  if (reply.kind === 'refused') throw toError(reply)
  const headers = { 'ce-connectionState': encodeState(reply.state) }
  if (reply.kind === 'accepted') {
    const { subprotocol } = reply
    return { status: 200, headers, json: subprotocol === undefined ? {} : { subprotocol } }
  }
  return reply.frame === undefined ? { status: 204, headers } : { status: 200, headers, text: reply.frame }
}
