import type { Clock } from '../../kernel/clock.ts'
import { jsonObject } from '../../kernel/json-members.ts'
import { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import type { MessagePublisher } from '../bus/message-publisher.ts'
import type { AgentNotification } from './receive-callback.ts'

/** Takes a notification to the deployment that asked, in the lane of the task's log. */
export const createRelayNotification =
  (options: { publisher: MessagePublisher; clock: Clock; proxyId: string }) =>
  ({ agentId, askingProxyId, stream, notificationId, said }: AgentNotification): Promise<void> => {
    const { original } = said
    const envelope = MessageEnvelope.parse({
      to_agent: agentId,
      correlation_id: stream,
      timestamp: options.clock.now(),
      from_proxy: options.proxyId,
      to_proxy: askingProxyId,
      notification_id: notificationId,
      stream_metadata: { streamId: stream, chunkType: 'event' },
      original_shape: original?.shape,
    })
    const payload = jsonObject([
      ['jsonrpc', '"2.0"'],
      ['id', 'null'],
      ['result', said.text],
    ])
    const response = { envelope, payload, ...(original === undefined ? {} : { original: original.text }) }
    return options.publisher.publishResponses([response])
  }
