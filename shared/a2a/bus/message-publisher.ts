import type { MessageEnvelope } from '../../contract/a2a/envelope.ts'
import { A2A_REQUESTS, A2A_RESPONSES } from '../../contract/topology.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { BusResponse } from './bus-response.ts'
import { type BusMessage, encodeRequest } from './encode-message.ts'
import { packResponses } from './pack-responses.ts'

/**
 * Puts envelopes on the bus (seed 2, MessagePublisher). Payloads are JSON texts that arrive as they were written.
 * @throws GatewayError 503 when the bus does not take them.
 */
export type MessagePublisher = {
  publishRequest(envelope: MessageEnvelope, payload: string, options?: { delayMs?: number }): Promise<void>
  /** In order. */
  publishResponses(responses: readonly BusResponse[]): Promise<void>
}

/** What the part needs of the bus. */
export type SendAll = (
  entity: string,
  messages: ReadonlyArray<BusMessage & { scheduledAt?: Date }>,
) => Promise<void>

export const createMessagePublisher = (options: { sendAll: SendAll; clock: Clock }): MessagePublisher => {
  const { sendAll, clock } = options
  return {
    publishRequest: (envelope, payload, { delayMs = 0 } = {}) => {
      const later = delayMs > 0 ? { scheduledAt: new Date(clock.now() + delayMs) } : {}
      return sendAll(
        A2A_REQUESTS,
        encodeRequest(envelope, payload).map((message) => ({ ...message, ...later })),
      )
    },
    publishResponses: (responses) => sendAll(A2A_RESPONSES, packResponses(responses)),
  }
}
