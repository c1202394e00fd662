import type { MessageOf } from '../../contract/signaling/message.ts'
import type { Log } from '../../kernel/log.ts'
import { announceAll } from '../../streams/announce.ts'
import type { AppendAll, AppendRequest } from '../../streams/append.ts'
import type { StreamBell } from '../../streams/bell.ts'
import { SignalFailure } from '../signal-failure.ts'
import type { RequestIds } from './create-request-ids.ts'
import { encodeExecReply, readExecReply } from './exec-reply.ts'
import { execStream } from './exec-stream.ts'

/**
 * Takes what an agent answers to a call of the gateway. `did` is proven; `text` is the whole frame.
 * @throws SignalFailure UNKNOWN_AGENT when the agent was not asked so, MALFORMED_MESSAGE; GatewayError 503
 */
export type ReceiveExecResponse = (
  did: string,
  message: MessageOf<'EXEC_RESPONSE'>,
  text: string,
) => Promise<void>

const unknownRequest = (): SignalFailure =>
  new SignalFailure(
    'unknown_request',
    'The gateway has not asked this agent anything under this correlation_id. Put the id of the EXEC_REQUEST there.',
  )

/** Writes answers where the process that makes the call finds them. */
export const createReceiveExecResponse = (options: {
  requestIds: Pick<RequestIds, 'isOf'>
  appendAll: AppendAll
  bell: StreamBell
  log: Log
}): ReceiveExecResponse => {
  const { requestIds, appendAll, bell, log } = options

  return async (did, message, text) => {
    const { id, correlation_id: requestId, payload } = message
    if (typeof requestId !== 'string' || !requestIds.isOf(did, requestId)) throw unknownRequest()
    const reply = readExecReply(text, payload.status)
    const request: AppendRequest = {
      stream: execStream(requestId),
      body: encodeExecReply(reply),
      // One answer of each message id, however often and over which connection it comes.
      producer: { id, index: 0 },
      closes: reply.status === 'streaming' ? undefined : 'final',
    }
    const results = await appendAll([request])
    await announceAll(bell, [request], results)
    const { outcome } = results[0] ?? {}
    const fields = { agent_id: did, message_id: id, request_id: requestId, status: reply.status, outcome }
    if (outcome === 'conflict') log.warn('An agent used a message id twice; the second is ignored.', fields)
    else log.debug('An agent answered a call.', fields)
  }
}
